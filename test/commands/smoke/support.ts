/** `maas smoke` against a double of the data plane of code-assistant; each test has its own. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { subscriptionOf } from "../../../catalogue/tiers";
import { send } from "../../../cli/http/send";
import { smoke, type SmokeArgs, type SmokeResult } from "../../../cli/smoke/run";
import { smokeTarget } from "../../../cli/smoke/target";
import type { Settings } from "../../../stacks/schema";
import { parseSettings } from "../../../stacks/settings";
import { shipped } from "../../settings";
import { DataPlane } from "./dataPlane";

/** What the tests of a file work with. */
export interface Smokes {
    readonly plane: DataPlane;
    readonly settings: Settings;
    readonly folder: string;
    /** Runs the checks with keys of these tiers; time passes at once. */
    checked(
        tiers: readonly string[],
        limits?: boolean,
        more?: Partial<Pick<SmokeArgs, "signal" | "onResult">>,
    ): Promise<SmokeResult[]>;
}

/** Call it once in a file, outside of its tests. Commands run as enterprise-user. */
export function smokes(): Smokes {
    let plane: DataPlane;
    let settings: Settings;
    let folder: string;
    const before = { ...process.env };

    beforeEach(async () => {
        settings = parseSettings("test", shipped("code-assistant"));
        plane = new DataPlane(settings);
        await plane.start();
        plane.maas.callers.set("token-everywhere", { username: "everywhere" });
        plane.maas.callers.set("token-enterprise", { username: "enterprise-user" });
        folder = mkdtempSync(path.join(tmpdir(), "smoke-"));
        process.env["KUBECONFIG"] = path.join(folder, "none");
        process.env["MAAS_TOKEN"] = "token-enterprise";
    });

    afterEach(async () => {
        await plane.stop();
        rmSync(folder, { recursive: true });
        process.env = { ...before };
    });

    async function checked(
        tiers: readonly string[],
        limits = false,
        {
            signal = new AbortController().signal,
            onResult = () => undefined,
        }: Partial<Pick<SmokeArgs, "signal" | "onResult">> = {},
    ): Promise<SmokeResult[]> {
        const keys = new Map(
            tiers.map((tier) => {
                const { body } = plane.maas.answer("POST", "/maas-api/v1/api-keys", "token-everywhere", {
                    name: tier,
                    subscription: subscriptionOf(settings.tiers.find(({ name }) => name === tier)!),
                });
                return [tier, (body as { key: string }).key];
            }),
        );
        return smoke({
            target: smokeTarget(settings, plane.url, undefined),
            keys,
            limits,
            signal,
            caller: {
                call: (method, url, key, body, headers) =>
                    send({
                        method,
                        url,
                        headers: { ...headers, ...(key !== undefined && { Authorization: `Bearer ${key}` }) },
                        ...(body && { body }),
                    }),
            },
            sleep: (seconds) => {
                plane.now += seconds;
                return Promise.resolve();
            },
            onResult,
        });
    }

    return {
        get plane() {
            return plane;
        },
        get settings() {
            return settings;
        },
        get folder() {
            return folder;
        },
        checked,
    };
}
