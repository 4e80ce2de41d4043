/** What is counted of use, for whom, and where it is shown besides. */
import { telemetryOf } from "../../../components/platform/telemetry";
import { usagePage } from "../../../components/openshiftai";
import { program } from "../../../index";
import { parseSettings } from "../../../stacks/settings";
import { deploy, type Deployment } from "../../deployment";
import { type Draft, shipped } from "../../settings";

const settings = (stack: string, change?: (draft: Draft) => unknown) => parseSettings("test", shipped(stack, change));
const COUNTED = { user: false, group: false, organization: true, model: true };

it.each([
    ["the stack shows use", (s: Draft) => delete s.tenant, COUNTED],
    [
        "a tier has a cost",
        (s: Draft) => {
            delete s.tenant;
            delete s.observability;
        },
        COUNTED,
    ],
    [
        "nobody reads it",
        (s: Draft) => {
            delete s.tenant;
            delete s.observability;
            s.tiers.forEach((tier: Draft) => delete tier.cost);
        },
        undefined,
    ],
    [
        "the stack says what",
        (s: Draft) => (s.tenant = { telemetry: { user: true, model: false } }),
        { ...COUNTED, user: true, model: false },
    ],
] as const)("where %s, the telemetry of the tenant is as expected", (_, change, expected) => {
    const given = settings("code-assistant", change);
    expect(telemetryOf(given, given.tenant)).toEqual(expected);
});

it("a tenant without tiers counts nothing", () => {
    const given = settings("code-assistant", (s) => delete s.tenant);
    expect(telemetryOf(given, {}, "another")).toBeUndefined();
});

async function planned(stack: string): Promise<Deployment> {
    const deployment = await deploy(program, {
        stack,
        preview: true,
        config: { "maas:settings": JSON.stringify(shipped(stack)) },
    });
    expect(deployment.errors).toEqual([]);
    return deployment;
}

it("llm-d counts tiers and models for its dashboards, and links the page of OpenShift AI beside them", async () => {
    const plan = await planned("llm-d");
    const [tenant] = plan.all("kubernetes:maas.opendatahub.io/v1alpha1:TenantPatch");
    expect(tenant!.inputs["spec"].telemetry).toEqual({
        enabled: true,
        metrics: { captureOrganization: true, captureUser: false, captureGroup: false, captureModelUsage: true },
    });
    const links = plan.all("kubernetes:console.openshift.io/v1:ConsoleLink").map(({ inputs }) => inputs["spec"].href);
    expect(links).toEqual(["https://rh-ai.apps.cluster.example.com/observe-and-monitor/dashboard"]);
});

it("release 3.3 counts by the label that later releases have", async () => {
    const plan = await planned("tiers-3.3");
    const { labels } = plan.one("kubernetes:extensions.kuadrant.io/v1alpha1:TelemetryPolicy").inputs["spec"].metrics.default;
    expect(labels).toMatchObject({ tier: "auth.identity.tier", subscription: "auth.identity.tier" });
});

it.each([
    ["as shipped", (s: Draft): unknown => s, true],
    ["of 3.3, which has none", (s: Draft): unknown => (s.release = "3.3"), false],
    ["hidden", (s: Draft) => (s.openshiftAi.dashboard = { flags: { observabilityDashboard: false } }), false],
    ["without metrics to show", (s: Draft): unknown => delete s.openshiftAi.monitoring, false],
    ["without a dashboard", (s: Draft): unknown => delete s.openshiftAi.dashboard, false],
] as const)("the page of usage, %s", (_, change, there) => {
    const draft = shipped("llm-d", change);
    const given = {
        ...settings("llm-d"),
        release: draft.release,
        openshiftAi: settings("llm-d", (s) => (s.openshiftAi = draft.openshiftAi)).openshiftAi,
    };
    expect(usagePage(given, "x.example.com") !== undefined).toBe(there);
});
