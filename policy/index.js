"use strict";
// The policy host would have ts-node type-check every file of the pack at its first start; this strips the types alone.
delete require.extensions[".ts"];
require("../typescript");
require("./pack");
