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
                `**Remedy:** ${text.remedy}`,
                ...(settings.length > 0 ? [table(["Configuration", "Type", "Default", "Meaning"], settings)] : []),
            ].join("\n\n");
        }),
    );
    return `${heading("Policies", "policy/rules")}
The policy pack refuses a stack that would break, overspend or leak, before anything is created. \`maas plan\` and \`maas rehearse\` run it,
and so does Pulumi, on any stack that uses these kinds, without an account:

\`\`\`sh
pulumi preview --policy-pack policy --policy-pack-config policy/profiles/production.json
maas plan code-assistant --profile production
maas plan code-assistant --sarif findings.sarif --json plan.json --html report.html
maas policy list
\`\`\`

A profile sets the enforcement level of each rule by the purpose of the stack: \`sandbox\`, \`development\` or \`production\`. \`--profile\` selects it, and
\`policy/profiles/\` contains its configuration. Your own configuration can change the level and the settings of a rule, and waive single findings:

\`\`\`json
{
    "images-are-pinned": {
        "enforcementLevel": "mandatory",
        "registries": ["registry.example.com"],
        "waivers": [{ "resource": "database-*", "owner": "ann", "reason": "mirror is being set up", "until": "2026-12-31" }]
    }
}
\`\`\`

A waiver names the resource (\`*\` matches any text), its owner, the reason, and the last day on which it is valid. From the next day on, the rule
reports the finding again and names the waiver. \`maas plan\` lists waived findings separately; under Pulumi, the
rule \`waivers-in-force\` lists them. A finding ends with the setting that caused it: \`[models[name=gpt-oss-20b].replicas]\`.
At the level \`remediate\`, rules that can correct a resource do so, and the output lists the changed fields.

A value that is unknown in a preview neither hides a certain finding nor causes one.

## Continuous integration

\`--sarif\` writes the findings for code scanning. Each finding points to the line of the stack file whose setting caused it, and contains
the reason and the remedy. Waived findings are suppressed with their reason. Settings that the program refuses are
findings, too. \`--json\` writes the same as \`policy\`, \`waived\` and \`rules\`. The exit code is 1 if the stack is refused.

The workflows of this repository run the pack on every pull request and before every deployment: [deploying from GitHub](ci.md).

## Other stacks

The pack runs on any Pulumi program in any language. It ignores kinds that it does not know. List the operators that the cluster already has,
because such a stack has no gates that wait for them. Exclude a kind from \`spec-matches-schema\` if its schema here is narrower than the product's:

\`\`\`json
{
    "operator-before-kind": { "provided": ["rhods-operator", "rhcl-operator"] },
    "spec-matches-schema": { "ignore": ["kubernetes:route.openshift.io/v1:Route"] }
}
\`\`\`

## Rules

${table(["Family", "Rule", "Requirement", ...profiles], overview)}

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
