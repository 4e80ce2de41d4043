import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";

import { ClusterProvider, connectionOf } from "../../components/clusterProvider";
import { Kube } from "../../components/kube";

class Box extends pulumi.ComponentResource {
    constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
        super("test:box:Box", name, {}, opts);
    }
}

const asked = jest
    .spyOn(Kube, "connect")
    .mockImplementation((context, kubeconfig) =>
        Promise.resolve({ of: `${context ?? "-"} ${kubeconfig ?? "-"}` } as unknown as Kube),
    );

beforeAll(() =>
    pulumi.runtime.setMocks({
        newResource: ({ name, inputs }) => ({ id: `${name}-id`, state: inputs as Record<string, unknown> }),
        call: () => ({}),
    }),
);
afterAll(() => asked.mockRestore());

const reached = async (opts: Parameters<typeof connectionOf>[0]): Promise<unknown> => connectionOf(opts)();

it("hooks reach the cluster of the component's provider, however deep they are", async () => {
    const other = new ClusterProvider("other", { context: "other", kubeconfig: "/tmp/other" });
    const outer = new Box("outer", { provider: other });
    const inner = new Box("inner", { parent: outer });
    expect(await reached({ parent: inner })).toEqual({ of: "other /tmp/other" });
});

it("an explicit provider counts more than that of the parent", async () => {
    const first = new Box("first", { provider: new ClusterProvider("one", { context: "one" }) });
    expect(await reached({ parent: first, provider: new ClusterProvider("two", { context: "two" }) })).toEqual({ of: "two -" });
});

it("without a provider it is the current context, as with Pulumi's default provider", async () => {
    expect(await reached({ parent: new Box("alone") })).toEqual({ of: "- -" });
});

it.each([
    ["a file", "/tmp/mine"],
    ["content", "apiVersion: v1\nkind: Config\n"],
])("without a provider, it takes %s from the configuration as it is, and a secret too", async (_, kubeconfig) => {
    const config = { "kubernetes:context": "mine", "kubernetes:kubeconfig": kubeconfig };
    for (const secrets of [[], ["kubernetes:kubeconfig"]]) {
        pulumi.runtime.setAllConfig(config, secrets);
        try {
            expect(await reached({ parent: new Box(`configured ${secrets.length}`) })).toEqual({ of: `mine ${kubeconfig}` });
        } finally {
            pulumi.runtime.setAllConfig({});
        }
    }
});

it("a provider that does not say how it reaches its cluster is told, instead of asking another", async () => {
    const plain = new Box("plain", { provider: new Provider("plain", {}) });
    await expect(reached({ parent: plain })).rejects.toThrow("create it with ClusterProvider");
});
