/** Components as another program uses them: outputs of resources as arguments, protection, and what the state shows. */
import * as pulumi from "@pulumi/pulumi";

import { GpuPool } from "../../components/gpu";
import { Traces } from "../../components/observability/traces";
import { HardwareProfiles, mlflowServer, ModelRegistry } from "../../components/openshiftai";
import { ModelsAccess } from "../../components/serving";
import { poolSchema } from "../../stacks/schema";
import { deploy, type Deployment } from "../deployment";

const pool = poolSchema.parse({ name: "l40s", instanceType: "g6e.2xlarge" });
const zones = ["us-east-2a"];
const registry = { registry: "r", displayName: "R", namespace: "registries", image: "postgres:16", volumeGiB: 1, after: [] };

async function deployed(program: () => unknown): Promise<Deployment> {
    const deployment = await deploy(program);
    expect(deployment.errors).toEqual([]);
    return deployment;
}

const protectedOf = (deployment: Deployment): string[] =>
    deployment.registrations.filter(({ request }) => request.protect).map(({ name }) => name);

describe("arguments that come from other resources", () => {
    it("reach a MachineSet: the AMI and ids of AWS", async () => {
        const deployment = await deployed(
            () =>
                new GpuPool("pool", {
                    pool,
                    cluster: { infrastructureName: "c", region: "us-east-2", zones, ami: pulumi.output("ami-0123456789abcdef0") },
                    nodes: { subnets: { "us-east-2a": pulumi.output("subnet-1") }, kmsKey: pulumi.output("arn") },
                    records: new pulumi.ComponentResource("t:index:T", "records"),
                }),
        );
        const { value } = deployment.one("kubernetes:machine.openshift.io/v1beta1:MachineSet").inputs["spec"].template.spec
            .providerSpec;
        expect(value).toMatchObject({
            ami: { id: "ami-0123456789abcdef0" },
            subnet: { id: "subnet-1" },
            blockDevices: [{ ebs: { kmsKey: { arn: "arn" } } }],
        });
    });

    it("reach objects as their namespace", async () => {
        const namespace = pulumi.output("ns");
        const deployment = await deployed(() => {
            new HardwareProfiles("profiles", {
                namespace,
                pools: [
                    {
                        name: "p",
                        description: "",
                        nodes: 1,
                        gpus: 1,
                        vcpu: 8,
                        memoryGiB: 64,
                        nodeSelector: {},
                        tolerations: [],
                    },
                ],
            });
            new ModelsAccess("access", {
                namespace,
                access: { isolate: true, quota: { gpus: 2 }, editors: ["e"], viewers: [] },
            });
        });
        const namespaces = deployment.registrations
            .filter(({ request }) => request.custom)
            .map(({ inputs }) => inputs["metadata"].namespace as string);
        expect(namespaces).toEqual(["ns", "ns", "ns", "ns"]);
    });
});

describe("data", () => {
    const program = (protect?: boolean) => () => {
        new ModelRegistry("registry", { ...registry, protect });
        new Traces("traces", { traces: { volumeGiB: 1, retentionHours: 1, samplePercent: 1 }, protect });
        mlflowServer("mlflow", { size: "1Gi", protect });
    };

    it("is protected when a stack asks for it", async () => {
        expect(protectedOf(await deployed(program(true))).sort()).toEqual([
            "mlflow",
            "registry-database-namespace",
            "registry-database-server",
            "registry-registry",
            "traces-namespace",
            "traces-tempo",
        ]);
    });

    it("is not protected by default", async () => {
        expect(protectedOf(await deployed(program()))).toEqual([]);
    });
});

it("shows in the state what a component was made from, and no password", async () => {
    const deployment = await deployed(() => new ModelRegistry("registry", registry));
    expect(deployment.one("maas:serving:ModelRegistry").inputs).toEqual(registry);
});
