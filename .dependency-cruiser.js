"use strict";
/**
 * Who may import whom. `npm run imports` checks it; docs/pictures/architecture.svg and the table in CONTRIBUTING.md are drawn
 * from it. A folder that is not listed (test/, bench/) may import all.
 */
const FLOORS = {
    catalogue: [],
    kinds: ["catalogue"],
    stacks: ["catalogue", "kinds"],
    components: ["catalogue", "kinds", "stacks"],
    policy: ["catalogue", "kinds"],
    rehearsal: ["catalogue"],
    simulator: ["catalogue", "kinds", "rehearsal"],
    cli: ["catalogue", "kinds", "stacks", "components", "policy", "rehearsal", "simulator"],
};
/** What any layer may use: files directly in components/, and the client of the cluster. Every other folder there is a layer. */
const SHARED = "^components/([^/]+\\.(ts|cjs)$|kube/)";
/** The only files that put layers together. */
const ORDER = "^components/platform(\\.ts$|/)";
/** Parts of the rehearsal that serve any Pulumi program. */
const GENERIC = "^rehearsal/(engine|cluster|providers|apiserver|pulumi)/";

/** @type {import("dependency-cruiser").IConfiguration} */
const config = {
    forbidden: [
        ...Object.entries(FLOORS).map(([floor, below]) => ({
            name: `${floor}-stands-on-${below.length === 0 ? "nothing" : "what-is-below"}`,
            comment: `${floor}/ imports ${below.length === 0 ? "no other folder" : `itself and ${below.map((b) => `${b}/`).join(", ")} alone`}.`,
            severity: "error",
            from: { path: `^${floor}/` },
            to: {
                path: "^[^/]+(/|\\.[jt]s$)",
                pathNot: [
                    "^node_modules/",
                    // A package whose `exports` the resolver does not read.
                    "^@",
                    "^(package\\.json|typescript\\.js|register\\.js)$",
                    `^(${[floor, ...below].join("|")})/`,
                ],
                dependencyTypesNot: ["core", "npm", "npm-dev", "npm-peer"],
            },
        })),
        {
            name: "no-cycle",
            comment: "No file imports itself by way of others.",
            severity: "error",
            from: {},
            to: { circular: true },
        },
        {
            name: "no-cycle-of-folders",
            comment: "No folder of a floor imports another that imports it.",
            severity: "error",
            scope: "folder",
            from: {},
            to: { circular: true },
        },
        {
            name: "layers-import-no-layer",
            comment: "A layer gets what it needs of others from the platform.",
            severity: "error",
            from: { path: "^components/([^/]+)/", pathNot: [ORDER] },
            to: { path: "^components/", pathNot: ["^components/$1/", SHARED] },
        },
        {
            name: "shared-parts-import-no-layer",
            comment: "What every layer may use uses no layer.",
            severity: "error",
            from: { path: SHARED, pathNot: [ORDER] },
            to: { path: "^components/[^/]+/", pathNot: [SHARED] },
        },
        {
            name: "the-stand-in-knows-no-project",
            comment: "Engine, cluster, providers, API server and driver of the rehearsal serve any program.",
            severity: "error",
            from: { path: GENERIC },
            to: { path: "^(catalogue|kinds)/", pathNot: ["^catalogue/(lazy|nearest|secrets)\\.ts$"] },
        },
        {
            name: "the-catalogue-is-pure",
            comment: "What is known needs no Pulumi and no cluster.",
            severity: "error",
            from: { path: "^catalogue/" },
            to: { path: "^node_modules/", pathNot: ["^node_modules/fastest-levenshtein/"] },
        },
        {
            name: "no-orphan",
            comment: "Every file is used.",
            severity: "error",
            from: {
                orphan: true,
                pathNot: [
                    "\\.d\\.ts$",
                    "^(index|lib)\\.ts$",
                    "^rehearsal/report/page/page\\.js$",
                    "^[^/]+\\.js$",
                    "^(test|bench|docs|cli/commands)/",
                ],
            },
            to: {},
        },
    ],
    options: {
        doNotFollow: { path: "node_modules" },
        exclude: { path: "^(node_modules/\\.cache|coverage|reports)/" },
        tsConfig: { fileName: "tsconfig.json" },
        // Types are imports too: a floor that needs the types of another stands on it.
        tsPreCompilationDeps: true,
        enhancedResolveOptions: { extensions: [".ts", ".js", ".json"] },
    },
};
module.exports = config;
// For the pages that tell it.
Object.defineProperty(config, "FLOORS", { value: FLOORS, enumerable: false });

// `node .dependency-cruiser.js` lists the rules.
if (require.main === module) {
    for (const { name, comment } of config.forbidden) {
        process.stdout.write(`${name}: ${comment}\n`);
    }
}
