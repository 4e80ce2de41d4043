"use strict";
// Rules for the program `policy`: each looks at the label `rule` of an object.
const { PolicyPack } = require("@pulumi/policy");

const ruleOf = (args) => args.props.metadata?.labels?.rule;
new PolicyPack("engine", {
    enforcementLevel: "mandatory",
    policies: [
        {
            name: "advises",
            description: "Says something, and lets it pass.",
            enforcementLevel: "advisory",
            validateResource: (args, report) => ruleOf(args) === "advise" && report(`${args.name} could be better`),
        },
        {
            name: "refuses",
            description: "Lets nothing pass.",
            validateResource: (args, report) => ruleOf(args) === "refuse" && report(`${args.name} must not be`),
        },
        {
            name: "mends",
            description: "Changes what it does not like.",
            enforcementLevel: "remediate",
            remediateResource: (args) => (ruleOf(args) === "mend" ? { ...args.props, data: { mended: "yes" } } : undefined),
        },
        {
            name: "tells",
            description: "Tells which keys a Secret has, and in which form.",
            enforcementLevel: "advisory",
            validateResource: (args, report) =>
                ruleOf(args) === "tell" &&
                report(
                    `${args.name} has ${Object.keys(args.props)
                        .filter((k) => /data/i.test(k))
                        .join(" and ")}`,
                ),
        },
        {
            name: "counts",
            description: "No stack has anything that is to be counted.",
            validateStack: (args, report) =>
                args.resources.filter((r) => ruleOf(r) === "count").forEach((r) => report(`${r.name} is one too many`, r.urn)),
        },
    ],
});
