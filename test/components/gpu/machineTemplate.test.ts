import { oldMachines } from "../../../components/gpu/machineTemplate";
import type { KubeObject } from "../../../components/kube";

const spec = (change: (spec: any) => unknown = () => undefined): any => {
    const made = {
        metadata: { labels: { team: "a" } },
        taints: [
            { key: "nvidia.com/gpu", effect: "NoSchedule" },
            { key: "team", value: "a", effect: "NoSchedule" },
        ],
        providerSpec: {
            value: {
                instanceType: "g6e.2xlarge",
                ami: { id: "ami-1" },
                blockDevices: [{ ebs: { volumeSize: 300, volumeType: "gp3", encrypted: true } }],
                securityGroups: [{ id: "sg-1" }],
                subnet: { id: "subnet-1" },
                iamInstanceProfile: { id: "worker" },
            },
        },
    };
    change(made);
    return made;
};
const set = (change?: (spec: any) => unknown): KubeObject =>
    ({ metadata: { name: "set" }, spec: { template: { spec: spec(change) } } }) as unknown as KubeObject;
const machine = (change?: (spec: any) => unknown, metadata: object = {}): KubeObject =>
    ({
        metadata: { name: "m", ...metadata },
        spec: { lifecycleHooks: {}, providerID: "aws:///a/i-1", ...spec(change) },
    }) as unknown as KubeObject;

it.each<[string, (spec: any) => unknown, string]>([
    [
        "instance type",
        (s) => (s.providerSpec.value.instanceType = "g6e.4xlarge"),
        "instance type g6e.2xlarge instead of g6e.4xlarge",
    ],
    ["AMI", (s) => (s.providerSpec.value.ami.id = "ami-2"), "AMI ami-1 instead of ami-2"],
    ["volume", (s) => (s.providerSpec.value.blockDevices[0].ebs.volumeSize = 400), "volume "],
    ["market", (s) => (s.providerSpec.value.spotMarketOptions = {}), "market OnDemand instead of Spot"],
    ["market, stated", (s) => (s.providerSpec.value.marketType = "Spot"), "market OnDemand instead of Spot"],
    [
        "capacity reservation",
        (s) => (s.providerSpec.value.capacityReservationId = "cr-1"),
        "capacity reservation none instead of cr-1",
    ],
    ["network interface", (s) => (s.providerSpec.value.networkInterfaceType = "EFA"), "network interface none instead of EFA"],
    ["placement group", (s) => (s.providerSpec.value.placementGroupName = "near"), "placement group none instead of near"],
    ["subnet", (s) => (s.providerSpec.value.subnet.id = "subnet-2"), "subnet "],
    ["security groups", (s) => (s.providerSpec.value.securityGroups = []), "security groups "],
    ["instance profile", (s) => (s.providerSpec.value.iamInstanceProfile.id = "gpu"), "instance profile worker instead of gpu"],
    ["taints", (s) => s.taints.pop(), "taints "],
    ["labels", (s) => (s.metadata.labels.team = "b"), "labels "],
])("a machine of another %s is old, both ways", (name, change, said) => {
    const [old] = oldMachines(set(change), [machine()]);
    expect([old?.name, old?.differences.length, old?.imageAlone]).toEqual(["m", 1, name === "AMI"]);
    expect(old!.differences[0]!.slice(0, said.length)).toBe(said);
    expect(oldMachines(set(), [machine(change)])).toHaveLength(1);
});

it("a machine whose price is taken back differs by its price alone, and one that states its market by nothing", () => {
    const spot =
        (value: object) =>
        (s: any): void =>
            void Object.assign(s.providerSpec.value, value);
    const bought = machine(spot({ spotMarketOptions: { maxPrice: "0.6" } }));
    // What server-side apply makes of options without a field.
    const template = set(spot({ marketType: "Spot", spotMarketOptions: null }));
    expect(oldMachines(template, [bought]).map(({ differences }) => differences)).toEqual([["spot price 0.6 instead of none"]]);
    expect(oldMachines(template, [machine(spot({ spotMarketOptions: {} }))])).toEqual([]);
});

it("what a webhook fills in, the order of taints and a machine that goes are no difference", () => {
    const filled = (s: any): void => {
        s.providerSpec.value.credentialsSecret = { name: "aws-cloud-credentials" };
        s.providerSpec.value.networkInterfaceType = "ENA";
        s.taints.reverse();
    };
    expect(oldMachines(set(), [machine(filled)])).toEqual([]);
    const other = (s: any): void => void (s.providerSpec.value.instanceType = "g6e.4xlarge");
    expect(oldMachines(set(), [machine(other, { deletionTimestamp: "2026-11-28T00:00:00Z" })])).toEqual([]);
});
