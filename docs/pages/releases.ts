import { DEFAULT_RELEASE, recordOf, type ReleaseRecord, releases } from "../../catalogue/releases";
import { heading, table } from "./table";

const code = (text: string): string => `\`${text}\``;
const or = <T>(value: T | null, otherwise: string, show: (value: T) => string): string =>
    value === null ? otherwise : show(value);

/** A row of the table: what it tells, and what that is in a release. */
const rows: readonly (readonly [string, (record: ReleaseRecord) => string])[] = [
    ["OpenShift, at least", ({ openshift }) => or(openshift, "not known", String)],
    ["Installed", ({ operators }) => code(operators["rhods-operator"].csv!)],
    ["Channel", ({ operators }) => code(operators["rhods-operator"].channel)],
    ["Previews", ({ earlyAccess }) => or(earlyAccess, "none", ({ pin }) => code(pin.csv!))],
    [
        "Connectivity Link",
        ({ operators: { "rhcl-operator": pin } }) => `${code(pin.csv!)}${or(pin.line, "", (l) => `; ${l} alone`)}`,
    ],
    ["Switch of Models-as-a-Service", ({ components }) => code(components.modelsAsService!)],
    ["Governed by", ({ governance }) => governance],
    ["Tenant", ({ tenancy }) => tenancy],
    ["Namespace of the MaaS API", ({ apiNamespace }) => code(apiNamespace)],
    ["Gateway left alone by", ({ gateway }) => gateway.optOut.join(", ")],
    ["Models are served", ({ serving }) => (serving.scheme === "plain" ? "plain" : `with endpoint picker ${serving.scheduler}`)],
    ["Models of providers elsewhere", ({ externalModels: { scheme } }) => scheme.replace("-", " ")],
    ["Queues of Kueue's own", ({ defaultQueues }) => defaultQueues.replace("-", " ")],
    ["Judged by the CRDs of", ({ crds }) => crds.join(", then ")],
];

/** The releases as a page. */
export function releasesPage(): string {
    const installed = recordOf(DEFAULT_RELEASE).operators["rhods-operator"].csv!.replace("rhods-operator.", "");
    return `${heading("Releases of OpenShift AI", "docs/pages/releases.ts and catalogue/releases/records.ts")}
A stack says ${releases.map((r) => code(`release: "${r}"`)).join(", ")}; the default is ${DEFAULT_RELEASE}. What is known of a
release is one record in [catalogue/releases/records.ts](../catalogue/releases/records.ts), and all else asks that record:

${table(
    ["", ...releases],
    rows.map(([title, show]) => [title, ...releases.map((release) => show(recordOf(release)))]),
)}

## Patch levels

The default is ${installed}, the version that the guides were run with and pin. Later patch levels of 3.4 are in use; a stack
names one by \`operators.rhods-operator.csv\`. Up to 3.4.1 the job that cleans up keys never works, and headers that name an
identity are overwritten instead of refused. After 3.4.1 both are mended, and a NetworkPolicy \`payload-processing\` comes in
openshift-ingress that two writers change; as one of them writes it, \`maas-default-gateway\` cannot reach what models of
providers elsewhere need. On such a patch level look at it:
\`oc get networkpolicy payload-processing -n openshift-ingress -o yaml\` ([source](sources/maas.md#patch-levels-of-34)).

## What tiers come to

\`tiers:\` means the same in all releases:

| From \`tiers:\` come     | governed by tiers                                         | governed by subscriptions                                   |
| ---------------------- | --------------------------------------------------------- | ----------------------------------------------------------- |
| who belongs to a tier  | a Group, and the ConfigMap \`tier-to-group-mapping\`        | a Group                                                     |
| who may call which model | an annotation of the model, and a Role to list it       | MaaSModelRef and MaaSAuthPolicy                             |
| how many tokens        | one TokenRateLimitPolicy on the gateway, over all models  | MaaSSubscription, for each model                            |
| how many requests      | a RateLimitPolicy on the gateway, by \`auth.identity.tier\` | the same policy, by \`auth.identity.selected_subscription\`   |
| what a client shows    | a token of a ServiceAccount, which ends by itself         | an API key, which a database keeps                          |

What 3.3 does not have (a database, tenants, external models, the gateway of llm-d, schedulers, previews) is refused by the
settings, with the release that has it.

The products' CRDs that conformance is proven with are those of 3.4, with what differs in 3.5 laid over them. There are none of
3.3: objects of a 3.3 stack are judged by the same kinds of 3.4, which serves both versions of \`LLMInferenceService\`.

## To the next release

\`maas migrate <stack>\` writes the stack file for the next release, with its comments, and says what changes for users and what
must be done in which order. What cannot carry over is refused: pins, channels and images that belong to the earlier release,
and whatever the settings of the later one refuse. The move itself is \`pulumi up\`, in place: Groups and request limits stay the
objects that they are, and a model is updated, not deleted with the older version of its kind. A rehearsal proves it.

## Taking Models-as-a-Service off a cluster

\`maas reset <stack>\` takes away, each after the one before is gone: keys, authorization policies, subscriptions, published models,
external models, keys of providers, Groups of the tiers; with \`--users\` also users and identities. It reads back from the cluster
that nothing is left. Without \`--yes\` it only says what would go. Models, gateway, database and operators stay; everything goes
with \`pulumi destroy\`. It stops at the first step that fails, says which finalizers hold what, and goes on from there when it is
run again. It deletes nothing while maas-controller, which serves the finalizers, does not run.
`;
}
