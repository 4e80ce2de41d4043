/** `maas init` on clusters that do not tell, or have not, what a stack file says of them. */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import { interview } from "../../../cli/init/interview";
import { readCluster } from "../../../cli/init/reading";
import { stackFile } from "../../../cli/init/stackFile";
import { askUnread } from "../../../cli/init/unread";
import { Kube } from "../../../components/kube";
import type { Cluster } from "../../../rehearsal/cluster/cluster";
import { plan } from "../../../rehearsal/plan";
import { openMemoryWorld } from "../../../simulator/rehearse";
import { Project } from "../../project";
import { denying } from "../denying";
import { inProcess } from "../helper";
import { script } from "./script";

jest.setTimeout(60_000);

let project: Project;
beforeEach(() => {
    project = new Project();
});
afterEach(() => project.remove());

describe("what may not be read", () => {
    it("is asked, told in the file, and stands as a placeholder where nobody answers", async () => {
        const world = await openMemoryWorld();
        const gate = await denying(world.kubeconfig, /nodes|machinesets|ingresses|subscriptions|infrastructures/);
        try {
            await world.settled();
            const reading = await readCluster(await Kube.connect(undefined, gate.kubeconfig));
            expect(reading.unread.map(({ what }) => what)).toEqual([
                "Infrastructure",
                "Ingress",
                "MachineSets",
                "nodes",
                "Subscriptions",
            ]);
            const all = [
                "apps",
                "",
                "",
                "us-esat-2",
                "us-east-2",
                "",
                "us-east-1a",
                "us-east-2b",
                "2 x g6e.2xlage",
                "2 x g6e.2xlarge",
                "nfd",
            ];
            const to = script(...all);
            const asked = await askUnread(to, reading, ["nfd"]);
            expect(asked).toMatchObject({
                region: "us-east-2",
                zones: ["us-east-2b"],
                gpuNodes: [{ instanceType: "g6e.2xlarge", nodes: 2 }],
                operators: ["nfd"],
            });
            expect(to.said.join("\n")).toMatch(
                /Not read: nodes .*is no domain.*us-esat-2.*did you mean "us-east-2".*is no zone of us-east-2/s,
            );
            const answers = await interview(script(), asked);
            const text = stackFile({ reading: asked, answers, existing: ["nfd"] });
            expect(text).toContain("# Not read, for want of rights: Infrastructure, Ingress, MachineSets, nodes, Subscriptions.");
            expect(await planned(text)).toEqual([]);
            const silent = await askUnread(script(), reading, []);
            const bare = { reading: silent, answers: await interview(script(), silent), existing: [] };
            expect(await planned(stackFile(bare))).toEqual([]);
        } finally {
            await gate.close();
            await world.close();
        }
    });

    const CONFIG = { apiVersion: "config.openshift.io/v1" };
    const version = (text: string) => (cluster: Cluster) =>
        cluster.mergePatch(
            { ...CONFIG, kind: "ClusterVersion", name: "version" },
            { status: { desired: { version: text } } },
            { subresource: "status" },
        );
    const noMachineSets = async (cluster: Cluster): Promise<void> => {
        for (const { apiVersion, kind, metadata } of await cluster.list("machine.openshift.io/v1beta1", "MachineSet")) {
            await cluster.delete({ apiVersion, kind, ...metadata });
        }
    };
    it.each<[string, (cluster: Cluster) => Promise<unknown>, RegExp]>([
        ["no MachineSets, as with hosted control planes", noMachineSets, /Not there: MachineSets \(no workers of AWS/],
        [
            "another platform",
            async (cluster) => {
                await noMachineSets(cluster);
                const status = { platformStatus: { type: "BareMetal", aws: null } };
                const place = { ...CONFIG, kind: "Infrastructure", name: "cluster" };
                await cluster.mergePatch(place, { status }, { subresource: "status" });
            },
            /Not there: Infrastructure \(no region of AWS: the platform is BareMetal\)/,
        ],
        [
            "an OpenShift that is too old",
            version("4.16.3"),
            /OpenShift 4\.16\.3, not 4\.\d+\.\d+ or later: .* Remedy: update it to 4\.21/,
        ],
        [
            "one that is newer than tried",
            version("4.30.1"),
            /OpenShift 4\.30\.1, newer than 4\.21, for which this program is made/,
        ],
    ])("or is not there (%s) is told, and plan accepts the file", async (_, change, told) => {
        const world = await openMemoryWorld();
        const before = process.env["KUBECONFIG"];
        process.env["KUBECONFIG"] = world.kubeconfig;
        try {
            await world.settled();
            await change(world.cluster);
            const { code, out } = await inProcess("init", "--yes", "--project", project.folder);
            expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(told) as string });
            expect(await planned(readFileSync(path.join(project.folder, "stacks/Pulumi.dev.yaml"), "utf8"))).toEqual([]);
        } finally {
            process.env["KUBECONFIG"] = before;
            await world.close();
        }
    });

    it("does not end the command, whose file says it", async () => {
        const world = await openMemoryWorld();
        const gate = await denying(world.kubeconfig, /nodes/);
        const before = process.env["KUBECONFIG"];
        process.env["KUBECONFIG"] = gate.kubeconfig;
        try {
            await world.settled();
            const { code, out } = await inProcess("init", "--yes", "--project", project.folder);
            expect([code, out]).toEqual([
                0,
                expect.stringMatching(/GPU nodes: not read.*\nNot read: nodes \(nodes is forbidden/),
            ]);
        } finally {
            process.env["KUBECONFIG"] = before;
            await gate.close();
            await world.close();
        }
    });

    /** Errors of the plan of a stack file. */
    async function planned(text: string): Promise<unknown[]> {
        writeFileSync(path.join(project.folder, "stacks/Pulumi.dev.yaml"), text);
        const { diagnostics } = await plan({ projectDir: project.folder, stack: "dev" });
        return diagnostics.filter(({ severity }) => severity === "error");
    }
});
