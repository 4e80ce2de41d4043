/** `cluster`: what the program must know of the cluster. */
import { z } from "zod";

import { dnsLabel, hostname } from "../../kinds/common";

export const clusterSchema = z
    .strictObject({
        context: z.string().min(1).optional().describe("Context of the kubeconfig. Default: the current one."),
        domain: hostname
            .optional()
            .describe("Apps domain of the cluster, e.g. apps.prod.example.com. Default: read from Ingress/cluster."),
        region: z
            .string()
            .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "expected an AWS region such as us-east-2")
            .optional()
            .describe("AWS region. Default: read from Infrastructure/cluster."),
        infrastructureName: dnsLabel
            .max(27)
            .optional()
            .describe("Name that the installer gave the cluster, e.g. prod-7x2kq. Default: read from Infrastructure/cluster."),
        ami: z
            .string()
            .regex(/^ami-[0-9a-f]{8,17}$/, "expected an AMI id such as ami-0abc1234def567890")
            .optional()
            .describe(
                "AMI of the nodes. Default: the one of the first worker MachineSet. Never look one up in EC2: it would not match the cluster's release.",
            ),
        zones: z
            .array(z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, "expected an availability zone such as us-east-2a"))
            .min(1)
            .optional()
            .describe("Availability zones that have worker nodes. Default: those of the worker MachineSets."),
    })
    .describe(
        "What the program must know of the cluster. Whatever is left out is read from it; with all of it given, a preview needs no cluster.",
    );
