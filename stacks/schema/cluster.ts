/** `cluster`: properties of the cluster. */
import { z } from "zod";

import { checkIds } from "../../catalogue/preconditions";
import { dnsLabel, hostname } from "../../kinds/common";

const vcpus = z.number().int().min(0).max(1_000_000).optional();

const nodesSchema = z.strictObject({
    subnets: z
        .record(
            z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, "expected an availability zone such as us-east-2a"),
            z.string().regex(/^subnet-[0-9a-f]{8,17}$/, "expected a subnet id such as subnet-0abc1234def567890"),
        )
        .default({})
        .describe("Id of the subnet of GPU nodes, by availability zone. Default: the worker nodes' of the zone."),
    securityGroups: z
        .array(z.string().regex(/^sg-[0-9a-f]{8,17}$/, "expected a security group id such as sg-0abc1234def567890"))
        .min(1)
        .optional()
        .describe("Ids of the security groups of GPU nodes. Default: the worker nodes'."),
    instanceProfile: z
        .string()
        .regex(/^[\w+=,.@-]{1,128}$/, "expected the name of an instance profile such as mycluster-x7k2p-worker-profile")
        .optional()
        .describe("Name of the IAM instance profile of GPU nodes. Default: the worker nodes'."),
    kmsKey: z
        .string()
        .regex(
            /^arn:[\w-]+:kms:\S+$/,
            "expected the ARN of a KMS key such as arn:aws:kms:us-east-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        )
        .optional()
        .describe(
            "ARN of the KMS key that encrypts root volumes; its policy must allow the Machine API. Default: the worker nodes', or the account's.",
        ),
});

const proxyUrl = z
    .string()
    .regex(
        /^https?:\/\/[^\s/@]+\/?$/,
        "expected http://host:port; a proxy with a user name and password is not supported, since pods would show them",
    );

const quotasSchema = z.strictObject({
    onDemandG: vcpus.describe("Running On-Demand G and VT instances (L-DB2E81BA), in vCPUs. Default: not compared."),
    spotG: vcpus.describe("All G and VT Spot Instance Requests (L-3819A6DF), in vCPUs. Default: not compared."),
    onDemandP: vcpus.describe("Running On-Demand P instances (L-417A185B), in vCPUs. Default: not compared."),
    spotP: vcpus.describe("Spot requests of P2 to P4 instances (L-7212CCBC), in vCPUs. Default: not compared."),
    spotP5: vcpus.describe("All P5 Spot Instance Requests (L-C4BD4855), in vCPUs. Default: not compared."),
});

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
                "AMI of the nodes. Default: the AMI of the first worker MachineSet. Do not look up an AMI in EC2: it would not match the cluster's release.",
            ),
        zones: z
            .array(z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, "expected an availability zone such as us-east-2a"))
            .min(1)
            .optional()
            .describe("Availability zones that have worker nodes. Default: those of the worker MachineSets."),
        nodes: nodesSchema
            .optional()
            .describe(
                "Network and instance profile of GPU nodes. Default: those of the zone's worker MachineSet if the program reads the cluster, else the names that the installer of OpenShift 4.16 and later uses.",
            ),
        quotas: quotasSchema
            .default({})
            .describe(
                "vCPU quotas of EC2 in the account and region, as `aws service-quotas get-service-quota --service-code ec2` prints them. The program compares them with the largest size of the GPU pools. Default: none.",
            ),
        lookUp: z
            .boolean()
            .default(false)
            .describe(
                "Query AWS, with Pulumi's credentials, for the quotas and for the zones that offer the instance types; a preview then needs credentials, too. Default false.",
            ),
        proxy: z
            .strictObject({
                https: proxyUrl.describe("URL of the proxy for https, such as http://proxy.example.com:3128."),
                http: proxyUrl.optional().describe("URL of the proxy for http. Default: that for https."),
                noProxy: z
                    .array(
                        z
                            .string()
                            .regex(/^[^\s,]+$/, "expected one host, domain or network, such as .example.com or 10.0.0.0/16"),
                    )
                    .default([])
                    .describe(
                        "Hosts, domains and networks that are reached without it: those of `oc get proxy cluster -o jsonpath={.status.noProxy}`. Services and the apps domain are added. Default: none.",
                    ),
            })
            .optional()
            .describe(
                "The cluster's proxy, for pods that OpenShift does not tell of it: downloads of models from release 3.5 on (before, KServe's downloader takes no variables: use oci://), and a Vault that this stack installs, for AWS KMS. Operators, the nodes' image pulls and workspaces have it from OpenShift; gateways reach providers of external models without a proxy. Default: none.",
            ),
        acceptFailing: z
            .array(z.enum(checkIds))
            .default([])
            .describe("Preconditions that may fail, by their names in `maas doctor`. Default: none."),
    })
    .describe(
        "What the program must know about the cluster. It reads values that are left out from the cluster; if all are set, a preview needs no cluster.",
    );

export type ClusterSettings = z.output<typeof clusterSchema>;
