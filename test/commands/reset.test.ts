import { readFileSync } from "node:fs";
import path from "node:path";

import { inProcess, withFolder } from "./helper";

jest.setTimeout(120_000);

it("deletes nothing without --yes, and says what it would", async () => {
    await withFolder(async (folder) => {
        const file = path.join(folder, "reset.json");
        const { code, out, err } = await inProcess("reset", "code-assistant", "--rehearsal", "--json", file);
        expect(code).toBe(1);
        expect(out).toMatch(/on the simulated cluster of a rehearsal: nothing was deleted\./);
        expect(out).toMatch(/MaaSAuthPolicy +would be deleted +models-as-a-service\/enterprise/);
        expect(err).toMatch(
            /Nothing was deleted: --yes is missing\. 11 objects would be deleted\. To delete them: maas reset code-assistant --yes/,
        );
        const result = JSON.parse(readFileSync(file, "utf8")) as { cluster: string; steps: { id: string }[] };
        expect([result.cluster, result.steps.map(({ id }) => id)]).toEqual([
            "rehearsal",
            ["keys", "auth-policies", "subscriptions", "published-models", "external-models", "provider-keys", "groups"],
        ]);
    });
});

it("says where it is when no cluster answers", async () => {
    const before = process.env["KUBECONFIG"];
    process.env["KUBECONFIG"] = path.join(__dirname, "none");
    try {
        const { code, err } = await inProcess("reset", "code-assistant", "--dry-run");
        expect(code).toBe(1);
        expect(err).toMatch(
            /^Cannot connect to the cluster: there is no kubeconfig: \S+ does not exist; log in \(oc login\), or set KUBECONFIG to a kubeconfig\.\n$/,
        );
    } finally {
        if (before === undefined) {
            delete process.env["KUBECONFIG"];
        } else {
            process.env["KUBECONFIG"] = before;
        }
    }
});
