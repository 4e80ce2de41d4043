/** `operators`: overrides of the operator catalogue. */
import { z } from "zod";

import { operatorPackages } from "../../catalogue/operators";
import { refusedCsv } from "../../catalogue/refusedVersions";
import { dnsLabel } from "../../kinds/common";

const operatorOverride = z
    .strictObject({
        existing: z
            .boolean()
            .optional()
            .describe("The operator is already installed: the program checks and uses it, and never changes it. Default false."),
        namespace: dnsLabel
            .optional()
            .describe("Namespace of the Subscription of an existing operator. Default: the catalogue's."),
        channel: z.string().min(1).optional().describe("Update channel. Default: the catalogue's."),
        source: z
            .strictObject({
                name: dnsLabel.describe("Name of the CatalogSource."),
                namespace: dnsLabel.default("openshift-marketplace").describe("Its namespace. Default openshift-marketplace."),
            })
            .optional()
            .describe(
                "CatalogSource that it is installed from, such as that of a mirror. Default: Red Hat's, as in docs/operators.md.",
            ),
        tolerations: z
            .array(
                z.strictObject({
                    key: z.string().min(1).max(317).describe("Key of the taint, such as node-role.kubernetes.io/infra."),
                    value: z.string().max(63).optional().describe("Value of the taint. Default: any."),
                    effect: z.enum(["NoSchedule", "PreferNoSchedule", "NoExecute"]).optional().describe("Effect. Default: any."),
                }),
            )
            .min(1)
            .optional()
            .describe("Taints that the operator's own pods tolerate, for infra nodes. Default: none."),
        csv: z
            .string()
            .regex(
                /^[a-z0-9-]+\.v?\d+\.\d+\.\d+\S*$/,
                "expected the name of a ClusterServiceVersion such as rhcl-operator.v1.3.4",
            )
            .refine((csv) => refusedCsv(csv) === undefined, {
                error: ({ input }) => {
                    const { harm, use } = refusedCsv(String(input))!;
                    return `${JSON.stringify(input)} ${harm}; expected ${use}`;
                },
            })
            .optional()
            .describe(
                "Version to install and keep; approval is then manual. Changing it upgrades the operator. Default: the catalogue's pin, if it has one.",
            ),
    })
    .refine((o) => !(o.existing === true && o.channel !== undefined), {
        path: ["channel"],
        error: "has no effect on an existing operator, which keeps its channel; expected no value",
    })
    .refine((o) => !(o.existing === true && (o.source ?? o.tolerations) !== undefined), {
        error: "source and tolerations have no effect on an existing operator; expected no value",
    })
    .refine((o) => !(o.existing !== true && o.namespace !== undefined), {
        path: ["namespace"],
        error: "applies only to an existing operator (existing: true); the program installs an operator in its own namespace; expected no value",
    });

export const operatorsSchema = z
    .partialRecord(z.enum(operatorPackages), operatorOverride)
    .default({})
    .describe("Overrides of the operator catalogue, by OLM package.");
