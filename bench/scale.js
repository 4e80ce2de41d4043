"use strict";
require("../typescript");
require("./scale.ts");
