import litemaas from "../litemaas.json";
import { heading, table } from "./table";

const words: Readonly<Record<string, string>> = { types: "impossible", refused: "refused", handled: "handled" };

/** LiteMaaS: what it offers and by which setting, and what becomes of each trap of a deployment by hand. */
export function litemaasPage(): string {
    const rows = litemaas.traps.map(({ trap, how, by, test: [file] }, i) => [
        String(i + 1),
        trap,
        `${words[how]!}: ${by}`,
        `[${file!.replace(/^test\//, "")}](../${file!})`,
    ]);
    return `${heading("LiteMaaS", "docs/litemaas.json")}
[LiteMaaS](https://github.com/rh-aiservices-bu/litemaas) is a portal where users subscribe to models and make keys with budgets, in front
of [LiteLLM](https://github.com/BerriAI/litellm). [\`litemaas\`](settings/litemaas.md) sets it up, stack \`litemaas\` is an example, and
[workshops](workshops.md) are keys for many participants at once.

## When to take which

A stack may have both systems; stack \`production\` does. People and applications of the cluster call the gateway of the tiers. Participants
of workshops, who have no login, call the proxies.

| | \`tiers\`: Models-as-a-Service of OpenShift AI | \`litemaas\` |
| --- | --- | --- |
| Callers | users and Groups of the cluster | anybody with a key, such as participants of a workshop |
| Limits | requests and tokens of a tier, per user and model | budgets in USD, tokens and requests of each key |
| Models | llm-d models and external ones | everything that LiteLLM calls: services of \`predictive\`, other clusters, providers |
| Support | a product of Red Hat | a project of the community; its images have no digest that this program knows |
| Address | https://maas.<apps domain> | https://litellm.<apps domain>, and the portal |
| Take it for | teams that stay, limits per user, accounts of use by cost centre | events with an end, money as the limit, callers from outside, several clusters behind one name |

Where proxies offer a model of \`models\`, they call the gateway with a key of a tier, which \`litemaas.gatewayKey\` names. A Job makes the key
for ServiceAccount \`litemaas-gateway\` once the tier admits it, and before the proxies start; a CronJob renews it, and lets the proxies start
again one by one. The proxies count as one caller: the limits of that tier are those of all workshops together. Give them a tier of their own
where others use the tier as well. On release 3.3, which has no keys, bring a token in \`litemaas.proxy.secrets\` and name it with \`keyVariable\`.

## First steps

1. Set \`litemaas.proxy.image\` to a digest that you have checked. No digest of the portal's images is known to this program; this prints one:
   \`skopeo inspect --format '{{.Digest}}' docker://quay.io/rh-aiservices-bu/litellm-non-root:main-v1.81.0-stable-custom\`
2. Create the Secrets that \`litemaas.proxy.secrets\` names; \`up\` waits for them and says which are missing.
3. Log in to the portal with a user of \`litemaas.portal.admins\`.
4. Secret \`litemaas-secrets\` of the namespace has all generated values: \`oc extract secret/litemaas-secrets -n litemaas --keys=UI_PASSWORD --to=-\`
   prints the password of user admin at the proxies' own page, \`/ui\`.

Keep a copy of that Secret with your backups: a dump without its key LITELLM_SALT_KEY cannot be read. With
\`litemaas.secretStore: vault\`, External Secrets keeps one in the Vault of \`identity.vault\`, at \`litemaas/secrets\` below the folder of the stack, and
the hand-out of each workshop at \`litemaas/workshops/<name>\`. A Secret that is lost comes back from it, before the next \`up\`:

\`\`\`sh
vault kv get -mount=maas-<infrastructure name> -format=json litemaas/secrets |
  jq '{apiVersion: "v1", kind: "Secret", metadata: {name: "litemaas-secrets", namespace: "litemaas"}, stringData: .data.data}' | oc create -f -
\`\`\`

 \`pulumi destroy\` leaves the
namespace with this Secret and the volumes; the next \`up\` continues with them. With \`litemaas.removal: delete\`, once
an \`up\` has run with it, \`destroy\` deletes them.

\`litemaas.backup\` dumps both databases each night and proves each dump. \`litemaas.backup.restore: <time>\` brings one back with the next
\`up\`, before proxies and portal start again; the times are the folders of the volume, and names in the bucket. With
\`litemaas.backup.snapshotClass\`, each backup has a VolumeSnapshot of the databases' volume as well, \`litemaas-<time>\`, and the Job ends when it is
ready. \`litemaas.backup.restoreFrom: snapshot\` brings that back: a second volume is made of it, a server of its own recovers there, and both
databases are dumped from it and restored. The volume goes with the setting.

## Benchmark

\`litemaas.benchmark\` measures models as participants call them: conversations of several turns at once, through the proxy, with a key
of their own and its budget. \`maas litemaas benchmark litemaas --run\` begins a Job, and a schedule does so by itself. Without \`--run\`, the
command shows when answers begin and how many fail, and ends with 1 if a threshold is missed; \`--html report.html\` writes the report as one page.
ConfigMap \`litemaas-benchmark-report\` holds the last one. The texts are new in each run: later turns show what a cache of prefixes gains,
and first ones find nothing in it.

## What LiteMaaS offers

${table(
    ["Capability", "By"],
    litemaas.capabilities.map(({ what, setting }) => [what, setting]),
)}

## Traps of a deployment by hand

*Impossible*: the settings cannot express it. *Refused*: an error before anything is created. *Handled*: the program does the right thing. Each
trap has a test.

${table(["", "Trap", "In this program", "Test"], rows)}
`;
}
