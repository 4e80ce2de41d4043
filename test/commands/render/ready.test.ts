/** The health check of kinds that Argo CD does not know, run as Lua, beside what Pulumi's provider takes for ready. */
import { READY_WHEN, readyCheck, replacedChecks } from "../../../catalogue/gitops/gitops";
import type { KubeObject } from "../../../rehearsal/cluster/cluster";
import { gatesOf } from "../../../rehearsal/providers/kubernetes/gates";
import { health } from "./lua";

const check = readyCheck();

/** An object with expressions and a status. */
const object = (expressions: readonly string[], status?: object, generation = 2): KubeObject => ({
    apiVersion: "example.com/v1",
    kind: "Widget",
    metadata: {
        name: "widget",
        generation,
        annotations: { [READY_WHEN]: expressions.join("\n"), "pulumi.com/waitFor": JSON.stringify(expressions) },
    },
    ...(status !== undefined && { status }),
});

const condition = (type: string, status: string, observedGeneration?: number): object => ({
    conditions: [
        { type: "Other", status: "True" },
        { type, status, message: "words of the operator", ...(observedGeneration !== undefined && { observedGeneration }) },
    ],
});

const READY = ["condition=Ready"];
const SYNCED = ["condition=Ready", "jsonpath={.status.conditions[?(@.type=='Ready')].reason}=Synced"];
const ADMITTED = ["jsonpath={.status.ingress[0].conditions[?(@.type=='Admitted')].status}=True"];

const cases: readonly (readonly [string, readonly string[], object | undefined, boolean])[] = [
    ["no status", READY, undefined, false],
    ["no such condition", READY, { conditions: [] }, false],
    ["a condition that holds", READY, condition("Ready", "True"), true],
    ["a condition in other letters", READY, condition("ready", "true"), true],
    ["a condition that does not hold", READY, condition("Ready", "False"), false],
    ["a condition that must not hold", ["condition=Stalled=False"], condition("Stalled", "False"), true],
    ["a condition of an earlier generation", READY, condition("Ready", "True", 1), false],
    ["a condition of this generation", READY, condition("Ready", "True", 2), true],
    ["a status of an earlier generation", READY, { ...condition("Ready", "True"), observedGeneration: 1 }, false],
    ["a phase", ["jsonpath={.status.phase}=Active"], { phase: "Active" }, true],
    ["another phase", ["jsonpath={.status.phase}=Active"], { phase: "Pending" }, false],
    ["a phase with a blank", ["jsonpath={.status.phase}=Installation Succeeded"], { phase: "Installation Succeeded" }, true],
    ["a boolean", ["jsonpath={.status.provisioned}=true"], { provisioned: true }, true],
    ["a field that exists", ["jsonpath={.status.address}"], { address: "x" }, true],
    ["a field that does not exist", ["jsonpath={.status.address}"], {}, false],
    ["a field of what is no object", ["jsonpath={.status.address.ip}"], { address: "x" }, false],
    ["a phase of an earlier generation", ["jsonpath={.status.phase}=Active"], { phase: "Active", observedGeneration: 1 }, false],
    ["an item by its type", ADMITTED, { ingress: [condition("Admitted", "True")] }, true],
    ["an item that is False", ADMITTED, { ingress: [condition("Admitted", "False")] }, false],
    ["no item", ADMITTED, { ingress: [] }, false],
    ["one of two", SYNCED, condition("Ready", "True"), false],
    ["both", SYNCED, { conditions: [{ type: "Ready", status: "True", reason: "Synced" }] }, true],
];

it.each(cases)("%s", (_what, expressions, status, ready) => {
    const judged = object(expressions, status);
    const verdict = health(check, judged);
    expect(verdict.status).toBe(ready ? "Healthy" : "Progressing");
    // The provider judges likewise.
    expect(gatesOf(judged, false).gates.every((gate) => gate.judge(judged).ready)).toBe(ready);
});

it("says the operator's words", () => {
    expect(health(check, object(READY, condition("Ready", "False"))).message).toContain("words of the operator");
});

it("says of a phase that failed that waiting is of no use", () => {
    expect(health(check, object(READY, { phase: "Failed" }))).toEqual({ status: "Degraded", message: "phase is Failed" });
});

it("leaves objects of the kind alone that somebody else made", () => {
    const { annotations: _, ...metadata } = object(READY).metadata;
    expect(health(check, { ...object(READY), metadata }).status).toBe("Healthy");
});

it.each([
    ["Pending", "Healthy"],
    ["Bound", "Healthy"],
    ["Lost", "Degraded"],
])("a claim that is %s is %s: its pod is of a later wave", (phase, status) => {
    expect(health(replacedChecks().get("/PersistentVolumeClaim")!, { metadata: { name: "x" }, status: { phase } }).status).toBe(
        status,
    );
});

/** Each status as Argo CD's own check of 3.5.1 judges it; that of 3.3 has Progressing for an update that waits for approval. */
describe("a Subscription", () => {
    const asks = { type: "InstallPlanPending", status: "True", reason: "RequiresApproval" };
    const well = { type: "CatalogSourcesUnhealthy", status: "False", reason: "AllCatalogSourcesHealthy" };
    const judged = (status?: object, installPlanApproval = "Manual") =>
        health(
            replacedChecks().get("operators.coreos.com/Subscription")!,
            { metadata: { name: "x" }, spec: { installPlanApproval }, ...(status !== undefined && { status }) },
            false,
        ).status;

    it.each([
        ["that nobody has looked at", undefined, "Progressing"],
        ["whose first plan waits for approval", { state: "UpgradePending", conditions: [well, asks] }, "Progressing"],
        ["that is at its pin", { state: "AtLatestKnown", installedCSV: "x.v1", conditions: [well] }, "Healthy"],
        ["with an update beyond the pin", { state: "UpgradePending", installedCSV: "x.v1", conditions: [well, asks] }, "Healthy"],
        [
            "whose update is being installed",
            { state: "UpgradePending", installedCSV: "x.v1", conditions: [{ ...asks, reason: "Installing" }] },
            "Progressing",
        ],
        ["whose catalogue is not well", { state: "AtLatestKnown", conditions: [{ ...well, status: "True" }] }, "Degraded"],
        ["whose update failed", { state: "UpgradeFailed", installedCSV: "x.v1" }, "Degraded"],
    ])("%s", (_what, status, verdict) => {
        expect(judged(status)).toBe(verdict);
    });

    it("that updates by itself waits for its update", () => {
        expect(judged({ state: "UpgradePending", installedCSV: "x.v1", conditions: [asks] }, "Automatic")).toBe("Progressing");
    });
});

/** Statuses that External Secrets 0.20.4 wrote for the ExternalSecrets of `maas render`. */
describe("an ExternalSecret", () => {
    const script = replacedChecks().get("external-secrets.io/ExternalSecret")!;
    const HASH = "62ef5448057b93dff9bce8cb31420510ad12c1da2bb41ee6d561d792";
    const ready = (reason: string, message: string, generation: number, status = "True"): object => ({
        conditions: [{ lastTransitionTime: "2026-11-29T18:39:26Z", message, reason, status, type: "Ready" }],
        refreshTime: "2026-11-29T18:39:19Z",
        syncedResourceVersion: `${generation}-${HASH}`,
    });
    const failed = ready("SecretSyncedError", "could not get secret data from provider", 2, "False");
    const missing = ready("SecretMissing", "secret will not be created due to CreationPolicy=Merge", 2);
    const synced = ready("SecretSynced", "secret synced", 2);

    it.each([
        ["that nobody has looked at", undefined, "Progressing", "Waiting for ExternalSecret"],
        ["that was copied", synced, "Healthy", "secret synced"],
        ["whose key the store lacks", failed, "Degraded", "could not get secret data from provider; its events say why"],
        [
            "whose Secret does not exist yet",
            missing,
            "Progressing",
            "SecretMissing: secret will not be created due to CreationPolicy=Merge",
        ],
        [
            "whose former form was copied",
            ready("SecretSynced", "secret synced", 1),
            "Progressing",
            "its present form is not copied yet",
        ],
        [
            "of a generation with more digits",
            ready("SecretSynced", "secret synced", 21),
            "Progressing",
            "its present form is not copied yet",
        ],
    ])("%s", (_what, status, verdict, message) => {
        expect(health(script, object(SYNCED, status))).toEqual({ status: verdict, message });
    });

    it.each([
        [missing, "Healthy"],
        [ready("SecretSynced", "secret synced", 1), "Healthy"],
        [failed, "Degraded"],
        [undefined, "Progressing"],
    ])("of somebody else is judged as Argo CD does: %#", (status, verdict) => {
        const { annotations: _, ...metadata } = object(SYNCED).metadata;
        expect(health(script, { ...object(SYNCED, status), metadata }).status).toBe(verdict);
    });
});
