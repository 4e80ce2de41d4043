"use strict";
require("../typescript");
require("./policy.ts");
