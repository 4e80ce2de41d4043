import { DEFAULT_RELEASE, recordOf, type ReleaseRecord, releases } from "../../catalogue/releases";
import { heading, table } from "./table";

const code = (text: string): string => `\`${text}\``;
const or = <T>(value: T | null, otherwise: string, show: (value: T) => string): string =>
    value === null ? otherwise : show(value);

/** A row of the table: what it tells, and what that is in a release. */
const rows: readonly (readonly [string, (record: ReleaseRecord) => string])[] = [
    ["Minimum OpenShift", ({ openshift }) => or(openshift, "not known", String)],
    ["Version", ({ operators }) => code(operators["rhods-operator"].csv!)],
    ["Channel", ({ operators }) => code(operators["rhods-operator"].channel)],
    ["Replaces", ({ follows }) => or(follows, "not known", ({ csv }) => code(csv))],
    ["Early access", ({ earlyAccess }) => or(earlyAccess, "none", ({ pin }) => code(pin.csv!))],
    [
        "Connectivity Link",
        ({ operators: { "rhcl-operator": pin } }) => `${code(pin.csv!)}${or(pin.line, "", (l) => `; ${l} only`)}`,
    ],
    ["Field that enables Models-as-a-Service", ({ components }) => code(components.modelsAsService!)],
    ["Governance", ({ governance }) => governance],
    ["Tenant", ({ tenancy }) => tenancy],
    ["Namespace of the MaaS API", ({ apiNamespace }) => code(apiNamespace)],
    ["Opt-out of a Gateway from the default AuthPolicy", ({ gateway }) => gateway.optOut.join(", ")],
    ["Model services", ({ serving }) => (serving.scheme === "plain" ? "plain" : `with endpoint picker ${serving.scheduler}`)],
    ["External models", ({ externalModels: { scheme } }) => scheme.replace("-", " ")],
    ["Kueue's default queues", ({ defaultQueues }) => defaultQueues.replace("-", " ")],
    ["CRDs in conformance tests", ({ crds }) => crds.join(", then ")],
];

/** The releases as a page. */
export function releasesPage(): string {
    const installed = recordOf(DEFAULT_RELEASE).operators["rhods-operator"].csv!.replace("rhods-operator.", "");
    return `${heading("Releases of OpenShift AI", "docs/pages/releases.ts and catalogue/releases/records.ts")}
\`release\` of a stack is one of ${releases.map((r) => code(`"${r}"`)).join(", ")}; the default is ${DEFAULT_RELEASE}. One record in
[catalogue/releases/records.ts](../catalogue/releases/records.ts) defines each release, and everything else reads that record:

${table(
    ["", ...releases],
    rows.map(([title, show]) => [title, ...releases.map((release) => show(recordOf(release)))]),
)}

## Patch releases

The default is ${installed}, the version that the guides pin and were run with. Later patch releases of 3.4 are in use; select one
with \`operators.rhods-operator.csv\`. Up to 3.4.1, the job that cleans up keys never works, and headers that name an
identity are overwritten instead of refused. After 3.4.1 both are fixed, and OpenShift AI adds a NetworkPolicy \`payload-processing\` in
openshift-ingress, which two controllers write. In the version of one of them, \`maas-default-gateway\` cannot reach what external
models need. Check it on such a patch release:
\`oc get networkpolicy payload-processing -n openshift-ingress -o yaml\` ([source](sources/maas.md#patch-levels-of-34)).

## Tiers

\`tiers:\` has the same meaning in all releases:

${table(
    ["What `tiers:` defines", "Governance by tiers", "Governance by subscriptions"],
    [
        ["members of a tier", "a Group, and the ConfigMap `tier-to-group-mapping`", "a Group"],
        ["which models a tier may call", "an annotation of the model, and a Role to list it", "MaaSModelRef and MaaSAuthPolicy"],
        [
            "limits of tokens",
            "one TokenRateLimitPolicy on the gateway, for all models together",
            "MaaSSubscription, for each model",
        ],
        [
            "limits of requests",
            "a RateLimitPolicy on the gateway, by `auth.identity.tier`",
            "the same policy, by `auth.identity.selected_subscription`",
        ],
        ["credentials of a client", "a token of a ServiceAccount, which expires", "an API key, which a database stores"],
    ],
)}

The settings refuse what 3.3 does not support (a database, tenants, external models, the gateway of llm-d, schedulers, previews), and
name the release that supports it.

Conformance tests use the products' CRDs of 3.4, overridden by those that differ in 3.5. CRDs of
3.3 are not among them: objects of a 3.3 stack are checked against the kinds of 3.4, which serves both versions of \`LLMInferenceService\`.

## Migration to the next release

\`maas migrate <stack>\` writes the stack file for the next release, keeps its comments, and prints the changes for users and the steps in
order. It refuses what cannot be migrated: pins, channels and images of the earlier release,
and whatever the settings of the later release refuse. \`pulumi up\` then migrates in place: Groups and request limits remain the
same objects, and a model is updated rather than deleted with the older version of its kind. A rehearsal proves it.
[From 3.4 to 3.5](move-to-3.5.md) tells what that move takes and what is known of it.

## Removal of Models-as-a-Service

\`maas reset <stack>\` deletes, in this order, each step after the one before it has finished: keys, authorization policies, subscriptions,
published models, external models, providers' keys, and Groups of the tiers; with \`--users\` also users and identities. It then reads the
cluster again to prove that nothing remains. Without \`--yes\` it only lists what it would delete. Models, gateway, database and operators remain;
\`pulumi destroy\` removes everything. \`reset\` stops at the first step that fails, names the finalizers that block it, and continues from there when you
run it again. It deletes nothing while maas-controller, which serves the finalizers, is not running.
`;
}
