"use strict";
require("../typescript");
require("./plan.ts");
