/** What is refused of a stack's namespaces, its region and its domain. */
import { problems } from "./support";

describe("namespaces that the program creates", () => {
    it.each([
        "default",
        "openshift",
        "openshift-ingress",
        "kube-system",
        "kuadrant-system",
        "redhat-ods-applications",
        "redhat-ods-operator",
        "maas-platform",
        "maas-db",
        "models-as-a-service",
        "ai-tenant-red",
        "redhat-ai-gateway-infra",
        "cert-manager",
    ])("are not those of others: %s", (name) => {
        expect(problems((s) => void (s.modelsNamespace = name))).toEqual([
            expect.stringMatching(new RegExp(`^modelsNamespace: "${name}" belongs to .*expected a namespace of its own`)),
        ]);
        expect(problems((s) => void ((s.modelsNamespace = "models"), (s.kueue = { namespaces: ["team-a", name] })))).toEqual([
            expect.stringMatching(new RegExp(`^kueue\\.namespaces\\[1\\]: "${name}" belongs to `)),
        ]);
    });

    it("stand once", () => {
        const vault = { install: { namespace: "team-a", seal: { kmsKeyId: "alias/v", region: "us-east-2" } } };
        expect(
            problems((s) => void Object.assign(s, { modelsNamespace: "team-a", kueue: { namespaces: ["team-a", "b", "b"] } })),
        ).toHaveLength(2);
        expect(
            problems(
                (s) => void Object.assign(s, { modelsNamespace: "team-a", identity: { ...s.identity, store: "vault", vault } }),
            ),
        ).toEqual(['identity.vault.install.namespace: "team-a" is already at modelsNamespace; expected another']);
    });
});

describe("the region", () => {
    it.each<[string, (s: any) => unknown, RegExp[]]>([
        [
            "is one of AWS",
            (s) => (s.cluster = { region: "us-east-9" }),
            [/^cluster\.region: "us-east-9" is not a region .*us-east-1/],
        ],
        [
            "is that of the zones",
            (s) => (s.cluster.region = "eu-west-1"),
            [/^cluster\.zones\[0\]: "us-east-2a" is in us-east-2, and/],
        ],
        [
            "is one for all zones",
            (s) => (s.cluster = { zones: ["us-east-2a", "us-east-1a"] }),
            [/^cluster\.zones\[1\]: "us-east-1a" is in us-east-1, and the cluster in us-east-2 \(cluster\.zones\[0\]\)/],
        ],
        [
            "is that of the nodes' subnets",
            (s) => (s.cluster.nodes = { subnets: { "us-east-1a": "subnet-0abc1234def567890" } }),
            [/^cluster\.nodes\.subnets\.us-east-1a: "us-east-1a" is in us-east-1/],
        ],
        [
            "is that of the nodes' key",
            (s) => (s.cluster.nodes = { kmsKey: "arn:aws:kms:eu-west-1:123456789012:key/a" }),
            [/^cluster\.nodes\.kmsKey: .* is in eu-west-1/],
        ],
        [
            "of a seal is one of AWS",
            sealed("us-east-9"),
            [/^identity\.vault\.install\.seal\.region: "us-east-9" is not a region/],
        ],
        ["of a seal may be another", sealed("eu-west-1"), []],
    ])("%s", (_what, change, expected) =>
        expect(problems((s) => void change(s)).slice(0, Math.max(1, expected.length))).toEqual(
            expected.map((message) => expect.stringMatching(message)),
        ),
    );

    function sealed(region: string): (s: any) => unknown {
        return (s) =>
            Object.assign(s.identity, { store: "vault", vault: { install: { seal: { kmsKeyId: "alias/v", region } } } });
    }
});

it("tells a base domain from the domain of applications", () => {
    expect(problems((s) => void (s.cluster.domain = "prod.example.com"))).toEqual([
        expect.stringMatching(/^cluster\.domain: .*expected apps\.prod\.example\.com, or apps-domain in cluster\.acceptFailing/),
    ]);
    expect(
        problems((s) => void Object.assign(s.cluster, { domain: "prod.example.com", acceptFailing: ["apps-domain"] })),
    ).toEqual([]);
});
