"use strict";
require("../typescript");
require("./workshops.ts");
