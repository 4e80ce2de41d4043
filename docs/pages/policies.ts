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
                `## ${text.name}`,
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
maas plan code-assistant --policy-config policy/profiles/production.json
maas policy list
\`\`\`

How strict a rule is depends on what the stack is for; \`policy/profiles/\` has a configuration for each. A configuration of
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
the finding is back and names the waiver. A finding ends with the setting that caused it: \`[models[name=gpt-oss-20b]]\`.

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
