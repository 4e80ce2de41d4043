import { families } from "../../policy/policies";
import { levelOf, profiles } from "../../policy/rule";
import { heading, table } from "./table";

/** The rules of the policy pack as a page. */
export function policiesPage(): string {
    const all = Object.entries(families);
    const overview = all.flatMap(([family, rules]) =>
        rules.map(({ text }) => [
            family,
            `[\`${text.name}\`](#${text.name})`,
            text.title,
            ...profiles.map((profile) => levelOf(text, profile)),
        ]),
    );
    const details = all.flatMap(([, rules]) =>
        rules.map(({ text }) => {
            const settings = Object.entries(text.config ?? {}).map(([name, schema]) => [
                `\`${name}\``,
                String(schema.type),
                `\`${JSON.stringify(schema.default)}\``,
                schema.description ?? "",
            ]);
            return [
                `### ${text.name}`,
                `${text.title}. Severity: ${text.severity}.`,
                `**Why:** ${text.why}`,
                `**Mend:** ${text.remedy}`,
                ...(settings.length > 0 ? [table(["Configuration", "Type", "Default", "What it is"], settings)] : []),
            ].join("\n\n");
        }),
    );
    return `${heading("Policies", "policy/rules")}
The policy pack refuses a stack that would break, overspend or leak, before anything is created. It runs in \`maas plan\`
and \`maas rehearse\`, and under Pulumi itself, on any stack that uses these kinds and without an account:

\`\`\`sh
pulumi preview --policy-pack policy --policy-pack-config policy/profiles/production.json
maas plan code-assistant --profile production
maas plan code-assistant --sarif findings.sarif --json plan.json --html report.html
maas policy list
\`\`\`

How strict a rule is depends on what the stack is for; \`policy/profiles/\` has a configuration for each, and \`--profile\` takes it. A configuration of
your own may change the level of a rule and its settings, and accept single findings:

\`\`\`json
{
    "images-are-pinned": {
        "enforcementLevel": "mandatory",
        "registries": ["registry.example.com"],
        "waivers": [{ "resource": "database-*", "owner": "ann", "reason": "mirror is being set up", "until": "2026-12-31" }]
    }
}
\`\`\`

A waiver names the resource (\`*\` for any), who answers for it, why, and the last day on which it holds; from the day after,
the finding is back and names the waiver. What is waived stays in sight: \`maas plan\` lists it apart, and under Pulumi the
rule \`waivers-in-force\` does. A finding ends with the setting that caused it: \`[models[name=gpt-oss-20b].replicas]\`.
Rules that mend what they find do so at the level \`remediate\`; what was mended is listed with the fields that changed.

What a preview cannot know yet hides no finding that is certain, and causes none.

## In continuous integration

\`--sarif\` writes the findings in the form of code scanning: each at the line of the stack file whose setting caused it, with
what it is, why and how to mend it; waived ones are suppressed with their reason. Settings that the program refuses are
findings like any other. \`--json\` has the same in \`policy\`, \`waived\` and \`rules\`. The exit code is 1 when the stack is refused.

\`.github/workflows/\` has four workflows. None needs an account of Pulumi's: the state is in a bucket.

| Workflow | When | What it does | Needs |
| --- | --- | --- | --- |
| \`policy.yaml\` | pull request, merge | \`maas plan --sarif\`, uploaded as code scanning alerts | nothing |
| \`preview.yaml\` | pull request of this repository | \`pulumi preview\` with the pack, as a comment | the variables and secrets below |
| \`up.yaml\` | merge | \`pulumi up\` with the pack, after the reviewers of the environment \`production\` have approved | the same |
| \`drift.yaml\` | every night | a preview with refresh that fails when anything has changed; environment \`drift\` | the same, read only |

Variables: \`MAAS_STACK\` (the stack; without it nothing is deployed), \`AWS_ROLE\` and \`AWS_REGION\` (a role that trusts this
repository's identity; no key of AWS is stored). Secrets: \`PULUMI_BACKEND_URL\` (\`s3://bucket?region=...\`),
\`PULUMI_CONFIG_PASSPHRASE\`, \`KUBECONFIG\` (of a service account).

## On other stacks

The pack runs on any Pulumi program in any language, also on one that knows nothing of this project: kinds that it does not
know cost it nothing. Say which operators the cluster has already, since such a stack has no gates to wait for; and leave
kinds out of \`spec-matches-schema\` whose schema here is narrower than the product's:

\`\`\`json
{
    "operator-before-kind": { "provided": ["rhods-operator", "rhcl-operator"] },
    "spec-matches-schema": { "ignore": ["kubernetes:route.openshift.io/v1:Route"] }
}
\`\`\`

## Every rule

${table(["Family", "Rule", "What holds", ...profiles], overview)}

${details.join("\n\n")}
`;
}

/** The configurations that set the levels of each profile. */
export function profileFiles(): Record<string, string> {
    const rules = Object.values(families).flat();
    return Object.fromEntries(
        profiles.map((profile) => [
            `policy/profiles/${profile}.json`,
            `${JSON.stringify(
                Object.fromEntries(rules.map(({ text }) => [text.name, { enforcementLevel: levelOf(text, profile) }])),
                null,
                4,
            )}\n`,
        ]),
    );
}
