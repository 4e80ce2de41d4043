/** What every layer keeps to, and what the platform asks of them. */
import * as fs from "node:fs";
import * as path from "node:path";

import { Namespace } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import { operatorPackages } from "../../catalogue/operators";
import { installOperators } from "../../components/platform/operators";
import type { Settings } from "../../stacks/schema";
import { parseSettings } from "../../stacks/settings";
import { deploy } from "../deployment";
import { shipped } from "../settings";

const COMPONENTS = path.join(__dirname, "..", "..", "components");
/** What puts layers together, what they share, and what the program and the command run beside the platform. */
const NO_LAYERS = ["kube", "platform", "preconditions", "reset"];

const layers = fs
    .readdirSync(COMPONENTS, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !NO_LAYERS.includes(entry.name))
    .map((entry) => entry.name);

const settings = (change: (draft: any) => unknown = () => undefined): Settings =>
    parseSettings("code-assistant", shipped("code-assistant", change));

class Stage extends pulumi.ComponentResource {
    constructor() {
        super("test:index:Stage", "stage");
    }
}

describe("a layer", () => {
    it.each(layers)("%s exports what builds it, and the operators that it needs are of the catalogue", (layer) => {
        const exported = require(path.join(COMPONENTS, layer)) as Record<string, unknown>;
        expect(Object.values(exported).some((value) => typeof value === "function")).toBe(true);
        const operators = (exported["operators"] as ((s: Settings) => string[]) | undefined)?.(settings()) ?? [];
        expect(operators.filter((operator) => !(operatorPackages as readonly string[]).includes(operator))).toEqual([]);
    });

    it("asks for operators by the settings", () => {
        const { operators } = require(path.join(COMPONENTS, "observability")) as { operators: (s: Settings) => string[] };
        const given = (observability: unknown): string[] => operators(settings((s) => (s.observability = observability)));
        expect([given(undefined), given({ dashboards: true }), given({ traces: {} })]).toEqual([
            [],
            ["cluster-observability-operator"],
            expect.arrayContaining(["tempo-product", "opentelemetry-product"]),
        ]);
    });
});

it("an operator that no layer asks for is told by its name, instead of dropping what waits for it", async () => {
    const asked: unknown[] = [];
    const { errors } = await deploy(() => {
        const stage = new Stage();
        const records = new Namespace("records", { metadata: { name: "records" } });
        const operators = installOperators(stage, settings(), records, {});
        asked.push(operators("rhods-operator").namespaceName);
        operators("metallb-operator");
    });
    expect(asked).toEqual(["redhat-ods-operator"]);
    expect(errors.map((e) => e.message)).toEqual([
        expect.stringContaining("operator metallb-operator is used and not installed"),
    ]);
});
