import { nodeFacts, workerSets } from "../../components/cluster";
import type { KubeObject } from "../../components/kube";

const set = (name: string, value: object, taints?: object[]): KubeObject => ({
    metadata: { name },
    spec: { template: { spec: { ...(taints && { taints }), providerSpec: { value } } } },
});

const worker = {
    ami: { id: "ami-1" },
    placement: { availabilityZone: "us-east-2a" },
    subnet: { id: "subnet-1" },
    securityGroups: [{ id: "sg-1" }, { filters: [{ name: "tag:Name", values: ["x-lb"] }] }],
    iamInstanceProfile: { id: "profile" },
    blockDevices: [{ ebs: { kmsKey: { arn: "arn:aws:kms:us-east-2:0:key/1" } } }],
};

it("reads what workers have, and passes over sets with a taint", () => {
    expect(workerSets([set("gpu", worker, [{ key: "nvidia.com/gpu", effect: "NoSchedule" }]), set("b", worker)])).toEqual([
        {
            name: "b",
            zone: "us-east-2a",
            ami: "ami-1",
            nodes: {
                subnet: { id: "subnet-1" },
                securityGroups: [{ id: "sg-1" }, { filters: [{ name: "tag:Name", values: ["x-lb"] }] }],
                instanceProfile: "profile",
                kmsKey: "arn:aws:kms:us-east-2:0:key/1",
            },
        },
    ]);
});

it("takes over no reference that the Machine API could not use", () => {
    const [read] = workerSets([
        set("a", {
            ...worker,
            subnet: { arn: "arn:aws:ec2:us-east-2:0:subnet/subnet-1" },
            securityGroups: [{ id: "sg-1" }, { arn: "arn" }],
            blockDevices: [{ ebs: { kmsKey: { arn: "" } } }],
        }),
    ]);
    expect(read!.nodes).toEqual({ instanceProfile: "profile" });
});

describe("the nodes of a zone get", () => {
    const named = (name: string): object => ({ filters: [{ name: "tag:Name", values: [name] }] });

    it("the installer's names when nothing is known", () => {
        expect(nodeFacts({ infrastructureName: "x" }, "us-east-2a", undefined)).toEqual({
            subnet: named("x-subnet-private-us-east-2a"),
            securityGroups: [named("x-node"), named("x-lb")],
            instanceProfile: "x-worker-profile",
        });
    });

    it("what the workers of that zone have, and of no other", () => {
        const workers = new Map([["us-east-2a", { subnet: { id: "subnet-1" }, instanceProfile: "profile", kmsKey: "arn" }]]);
        const cluster = { infrastructureName: "x", workers };
        expect(nodeFacts(cluster, "us-east-2a", undefined)).toMatchObject({ subnet: { id: "subnet-1" }, kmsKey: "arn" });
        expect(nodeFacts(cluster, "us-east-2b", undefined)).toMatchObject({ subnet: named("x-subnet-private-us-east-2b") });
    });

    it("what the settings say before all else", () => {
        const given = {
            subnets: { "us-east-2a": "subnet-2" },
            securityGroups: ["sg-2"],
            instanceProfile: "own",
            kmsKey: "arn:aws:kms:us-east-2:0:key/2",
        };
        const workers = new Map([["us-east-2a", { subnet: { id: "subnet-1" }, instanceProfile: "profile", kmsKey: "arn" }]]);
        expect(nodeFacts({ infrastructureName: "x", workers }, "us-east-2a", given)).toEqual({
            subnet: { id: "subnet-2" },
            securityGroups: [{ id: "sg-2" }],
            instanceProfile: "own",
            kmsKey: "arn:aws:kms:us-east-2:0:key/2",
        });
    });
});
