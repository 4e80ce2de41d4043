/** What is broken of a data plane on purpose, and the checks of `maas smoke` that fail for it, as the tier free sees it. */
import type { KubeObject } from "../../rehearsal/cluster/cluster";
import type { LoopbackPlane } from "./plane";

/** One of them. */
export interface Break {
    readonly what: string;
    /** Applied before the gateway starts. */
    readonly breaks: (plane: LoopbackPlane) => unknown;
    readonly fails: readonly string[];
}

const CHATS = ["chat", "completion", "stream", "tool-call", "unknown-model"];

/** Whether a route is that of the MaaS API. */
const isApi = (route: KubeObject): boolean => JSON.stringify(route.spec.rules).includes('"/maas-api');

export const BREAKS: readonly Break[] = [
    {
        what: "a limit that is raised",
        breaks: ({ objects }) => (objects.requests[0]!.spec.limits.free.rates[0].limit = 500),
        fails: ["limit"],
    },
    {
        what: "a limit whose predicate names another subscription",
        breaks: ({ objects }) => {
            const { free } = objects.requests[0]!.spec.limits;
            free.when[0].predicate = free.when[0].predicate.replace('"free"', '"freemium"');
        },
        fails: ["limit"],
    },
    {
        what: "no limit of forged paths",
        breaks: ({ objects }) => delete objects.requests[0]!.spec.limits.forged_path,
        fails: ["forged-path"],
    },
    {
        what: "no limit of the internal API",
        breaks: ({ objects }) => delete objects.requests[0]!.spec.limits.internal_api,
        fails: ["internal-api"],
    },
    {
        what: "no authorization at all",
        breaks: ({ objects }) => objects.auth.splice(0),
        fails: [...["no-key", "unknown-key", "list-no-key", "list-unknown-key", "forged-identity", "outside-the-tier", "limit"]],
    },
    {
        what: "a subscription that has lost its models",
        breaks: ({ objects }) => {
            objects.subscriptions.find(({ metadata }) => metadata.name === "free")!.spec.modelRefs = [];
        },
        fails: ["models-list", "limit", "embedding", ...CHATS],
    },
    {
        what: "a gateway that lets headers say whose a request is",
        breaks: (plane) => (plane.believes = true),
        fails: ["forged-tier"],
    },
    {
        what: "no route of the MaaS API",
        breaks: (plane) => (plane.objects.routes = plane.objects.routes.filter((route) => !isApi(route))),
        fails: ["api-key", "gateway-reachable", "list-no-key", "list-unknown-key", "forged-identity"],
    },
    {
        what: "a route that takes other paths, to models of any name",
        breaks: (plane) => {
            const route = plane.objects.routes.find(({ metadata }) => metadata.name.startsWith("gpt-oss-20b"))!;
            const rules = route.spec.rules as { matches: { path: { value: string } }[]; filters?: unknown[] }[];
            rules.push({ ...structuredClone(rules[0]!), matches: [{ path: { value: "/no-such-namespace" } }] });
            plane.broken = { names: true };
        },
        fails: ["unknown-path", "unknown-model"],
    },
    { what: "models without usage in streams", breaks: (plane) => (plane.broken = { usage: true }), fails: ["stream"] },
    { what: "models that call no tool", breaks: (plane) => (plane.broken = { tools: true }), fails: ["tool-call"] },
    { what: "models of any name", breaks: (plane) => (plane.broken = { names: true }), fails: ["unknown-model"] },
    {
        what: "models that say nothing",
        breaks: (plane) => (plane.broken = { empty: true }),
        fails: ["chat", "completion", "embedding"],
    },
];
