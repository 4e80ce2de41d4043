/** What is refused of GPU pools, with the nearest that is accepted. */
import { problemsOf } from "../settings";

function problems(pool: object, more: { cluster?: object; gpu?: object; model?: object } = {}): string[] {
    return (
        problemsOf({
            cluster: { zones: ["us-east-2a", "us-east-2b"], ...more.cluster },
            gpu: { pools: [{ name: "p", instanceType: "g6e.2xlarge", zones: ["us-east-2a"], ...pool }], ...more.gpu },
            gateway: { inference: {} },
            models: [{ name: "m", source: "oci://registry.example.com/m:1", pool: "p", ...more.model }],
        })
            // Whether the model fits is told elsewhere.
            .filter((p) => !p.startsWith("models[0]") || p.startsWith("models[0].gpus"))
    );
}

const reservation = { id: "cr-0123456789abcdef0" };

describe("refuses", () => {
    it.each([
        [
            { spot: {}, capacityReservation: reservation },
            /^gpu\.pools\[0\]\.spot: spot instances cannot use a capacity reservation/,
        ],
        [
            { capacityReservation: reservation, zones: ["us-east-2a", "us-east-2b"] },
            /capacityReservation: .* is in one zone, but the pool is in 2/,
        ],
        [{ capacityReservation: { ...reservation, block: true }, autoscale: { max: 2 } }, /autoscale: a Capacity Block ends/],
        [{ capacityReservation: { id: "cr-1" } }, /capacityReservation\.id: expected a capacity reservation such as/],
        [
            { instanceType: "p5e.48xlarge" },
            /gpu\.pools\[0\]\.instanceType: AWS does not offer p5e\.48xlarge on demand; expected spot/,
        ],
        [{ roce: true }, /^gpu\.pools\[0\]\.roce: no node of AWS has RoCE or InfiniBand.*expected no value, or efa: true/],
        [{ rdma: {} }, /^gpu\.pools\[0\]\.rdma: no node of AWS has RoCE/],
        [
            { existing: { nodeSelector: { a: "b" } }, zones: undefined, healthCheck: {} },
            /healthCheck: has no effect on existing nodes/,
        ],
        [{ efa: true }, /gpu\.pools\[0\]\.efa: g6e\.2xlarge has no Elastic Fabric Adapter/],
        [{ volumeThroughputMiB: 1000 }, /volumeThroughputMiB: 1000 MiB\/s need at least 4000 IOPS, but the volume has 3000/],
        [{ volumeIops: 70_000, volumeGiB: 120 }, /volumeIops: 70000 is too much for 120 GiB/],
        [{ volumeThroughputMiB: 3000 }, /volumeThroughputMiB: .*3000/],
        [{ autoscale: { min: 3, max: 2 } }, /autoscale\.min: expected no more than max/],
        [{ autoscale: { min: 0, max: 0 } }, /autoscale\.max: /],
        [{ mig: "1g.10gb" }, /gpu\.pools\[0\]\.mig: the NVIDIA L40S of a g6e\.2xlarge does not support MIG/],
        [
            { instanceType: "p5.48xlarge", mig: "1g.5gb" },
            /mig: "1g\.5gb" is not a profile of the NVIDIA H100 80GB; expected one of 1g\.10gb/,
        ],
        [
            { instanceType: "p5.48xlarge", mig: "1g.10gb", timeSlicing: 2 },
            /gpu\.pools\[0\]\.timeSlicing: mig and timeSlicing cannot be combined/,
        ],
        [{ timeSlicing: 1 }, /timeSlicing: /],
        [
            { labels: { "maas-platform.io/pool": "x" } },
            /gpu\.pools\[0\]\.labels\["maas-platform\.io\/pool"\]: the platform or an operator sets this label/,
        ],
        [{ labels: { "cluster-api/accelerator": "x" } }, /labels\["cluster-api\/accelerator"\]: /],
        [
            { taints: [{ key: "nvidia.com/gpu" }] },
            /gpu\.pools\[0\]\.taints\[0\]\.key: the platform or an operator sets "nvidia\.com\/gpu"/,
        ],
        [
            { taints: [{ key: "team" }, { key: "team", value: "b" }] },
            /gpu\.pools\[0\]\.taints\[1\]: team:NoSchedule is here twice/,
        ],
        [{ spot: { maxPrice: "cheap" } }, /spot\.maxPrice: expected US dollars an hour/],
    ])("%j", (pool, message) => {
        expect(problems(pool)).toEqual([expect.stringMatching(message)]);
    });

    it("a MIG profile that would not be offered", () => {
        expect(problems({ instanceType: "p5.48xlarge", mig: "1g.10gb" }, { gpu: { migStrategy: "none" } })).toEqual([
            expect.stringMatching(/gpu\.pools\[0\]\.mig: with gpu\.migStrategy none, the MIG instances are not allocatable/),
        ]);
    });

    it("more than one GPU of a pool whose GPUs are shared", () => {
        expect(problems({ instanceType: "g6e.12xlarge", timeSlicing: 4 }, { model: { gpus: 2 } })).toEqual([
            expect.stringMatching(/^models\[0\]\.gpus: a replica requests 2 GPUs, but pool p shares its GPUs \(timeSlicing\)/),
        ]);
    });

    it("more copies than the largest pool has GPUs, and counts shares", () => {
        expect(problems({ autoscale: { min: 0, max: 2 } }, { model: { replicas: 3 } })).toEqual([
            expect.stringMatching(
                /gpu\.pools\[0\]: its models \(m\) request 3 GPUs, but pool p has 2 \(at most 2 x 1 zones x 1 of g6e\.2xlarge\)/,
            ),
        ]);
        expect(problems({ autoscale: { min: 0, max: 2 }, timeSlicing: 2 }, { model: { replicas: 3 } })).toEqual([]);
    });

    it("pools that are larger than a quota that is given", () => {
        const cluster = { quotas: { onDemandG: 16 } };
        expect(problems({ autoscale: { min: 0, max: 3 } }, { cluster })).toEqual([
            expect.stringMatching(
                /^cluster\.quotas\.onDemandG: pools p need 24 vCPUs at their largest size, but the quota "Running On-Demand G and VT instances" \(L-DB2E81BA\) is 16/,
            ),
        ]);
        expect(problems({ autoscale: { min: 0, max: 2 } }, { cluster })).toEqual([]);
        expect(problems({ autoscale: { min: 0, max: 3 }, spot: {} }, { cluster })).toEqual([]);
    });

    it("an unknown precondition, with the nearest", () => {
        expect(problems({}, { cluster: { acceptFailing: ["storageclass"] } })).toEqual([
            expect.stringMatching(/acceptFailing\[0\]: "storageclass" is not one of .*did you mean "storage-class"\?/),
        ]);
    });
});

it.each([
    [{ spot: {} }],
    [{ capacityReservation: reservation }],
    [{ instanceType: "p5e.48xlarge", capacityReservation: { ...reservation, block: true } }],
    [{ instanceType: "g6e.8xlarge", efa: true, placementGroup: "mine" }],
    [{ volumeIops: 4000, volumeThroughputMiB: 1000 }],
    [{ instanceType: "p5.48xlarge", mig: "3g.40gb" }],
    [{ labels: { team: "a", "example.com/cost": "" }, taints: [{ key: "team", value: "a" }] }],
])("accepts %j", (pool) => {
    expect(problems(pool)).toEqual([]);
});
