#!/usr/bin/env node
"use strict";
require("../typescript");
require("./main").start();
