/** `maas rehearse` of a stack that ships: how it fails, and what it keeps. */
import { readFileSync } from "node:fs";
import * as path from "node:path";

import { rehearsalSchema } from "../../rehearsal/report/schema";
import { HAS_KUBECTL, kubectl } from "../kubectl";
import { inProcess, kept, withFolder } from "./helper";

test("a failed bring-up ends with its cause and its remedy, and hands out nothing", () =>
    withFolder(async (folder) => {
        const [json, html] = [path.join(folder, "r.json"), path.join(folder, "r.html")];
        const { code, out, err } = await inProcess(
            ...[
                "rehearse",
                "code-assistant",
                "--no-policy",
                "--fault",
                "csv-failed:rhods-operator",
                "--json",
                json,
                "--html",
                html,
            ],
        );
        expect(code).toBe(1);
        expect(err.trimEnd().split("\n").at(-1)).toMatch(
            /^Did not come up: operator rhods-operator: ClusterServiceVersion rhods-operator\.3\.4\.0 failed \(InstallCheckFailed\): .* Remedy: See `oc get subscriptions,installplans,csv,pods,events -n redhat-ods-operator`/,
        );
        expect(out).not.toMatch(/^Outputs|curl |^Critical path|Ready after|was not started because/m);
        const waiting = /^ {2}(\d+) resources were not begun because of it/m.exec(out)![1]!;
        // The layer that failed has no time at which it was ready.
        expect(out).toMatch(/^ {2}operators +\d+ +0:00 +\d+ of \d+ /m);
        expect(rehearsalSchema.parse(JSON.parse(readFileSync(json, "utf8"))).outputs).toEqual({});
        const page = readFileSync(html, "utf8");
        // The first request of a user, which the outputs of a stack that is up have.
        expect(page).not.toMatch(/curl [^\n]*\/maas-api\/health/);
        expect(page.indexOf("<strong>Failed at 5:39</strong> operator rhods-operator: ")).toBeLessThan(page.indexOf("<nav"));
        expect(page).toContain(`${waiting} resources wait for it and were not begun.`);
        expect(page.match(/class="row g\d+ failed"/g)).toHaveLength(1);
    }));

test("--keep prints commands that show what a stack has made", async () => {
    const { child, ended, kubeconfig, commands } = await kept(["code-assistant", "--no-policy"]);
    try {
        expect(commands).toEqual([
            "kubectl get namespaces",
            "kubectl get datascienceclusters.datasciencecluster.opendatahub.io,gateways.gateway.networking.k8s.io,llminferenceservices.serving.kserve.io -A",
        ]);
        if (HAS_KUBECTL) {
            expect(await kubectl(kubeconfig, commands[0]!)).toMatch(/^openshift-ingress +\d/m);
            expect(await kubectl(kubeconfig, commands[1]!)).toMatch(/default-dsc[^]*maas-default-gateway[^]*gpt-oss-20b/);
        }
    } finally {
        child.kill("SIGINT");
    }
    expect((await ended).code).toBe(0);
});
