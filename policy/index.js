"use strict";
require("../register");
require("./pack");
