/** The modules that a rehearsal preloads into a program or a policy pack, to start sooner. A deployment preloads none of them. */
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { debuglog } from "node:util";

import { ProjectError } from "./project";

/** The version of Pulumi's SDK that lean.js supports: that of package.json. */
export const LEAN_SDK = "3.248.0";

const QUICK = path.resolve(__dirname, "../../typescript.js");
const LEAN = path.join(__dirname, "lean.js");

const log = debuglog("maas");
const told = new Set<string>();

/** Finds a module of the project's own SDK. @throws ProjectError when it is not installed */
export function resolveSdk(module: string, from: string): string {
    try {
        return createRequire(path.join(from, "package.json")).resolve(`@pulumi/pulumi/${module}`);
    } catch {
        throw new ProjectError(`@pulumi/pulumi is not installed in ${from}: run npm ci first`);
    }
}

/**
 * Arguments of Node that preload the quick loader of TypeScript, and lean.js when it supports the SDK of the project. With
 * `NODE_DEBUG=maas`, a message says once why it is not preloaded. With `MAAS_STOCK_SDK=1` nothing is preloaded, as in a deployment.
 *
 * @param from the folder of the program or the policy pack
 * @throws ProjectError when the SDK is not installed
 */
export function preloads(from: string, env: NodeJS.ProcessEnv = process.env): string[] {
    const { version } = JSON.parse(fs.readFileSync(resolveSdk("package.json", from), "utf8")) as { version: string };
    if (env["MAAS_STOCK_SDK"] === "1") {
        return [];
    }
    if (version === LEAN_SDK) {
        return ["--require", QUICK, "--require", LEAN];
    }
    if (!told.has(version)) {
        told.add(version);
        log("@pulumi/pulumi %s runs as published: lean.js knows %s", version, LEAN_SDK);
    }
    return ["--require", QUICK];
}
