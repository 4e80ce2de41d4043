/** The difference of two renders is what changed in the stack file, and nothing else. */
import { filesOf } from "../../../cli/render/files";
import { render } from "../../../cli/render/render";
import { plan } from "../../../rehearsal/plan";
import { Project } from "../../project";
import { place } from "./place";

describe("the difference of two renders", () => {
    let folder: Project;
    beforeEach(() => {
        folder = new Project();
    });
    afterEach(() => folder.remove());

    it("is what changed", async () => {
        const of = async (change?: (settings: any) => unknown): Promise<ReadonlyMap<string, string>> =>
            filesOf(render(await plan({ projectDir: folder.folder, stack: folder.change(change) })), "argocd", place);
        const before = await of();
        const after = await of((settings) => {
            settings.tiers[0].requests.limit += 1;
        });
        const changed = [...after].filter(([file, text]) => before.get(file) !== text).map(([file]) => file);
        expect([...after.keys()]).toEqual([...before.keys()]);
        expect(changed).toEqual(["manifests/governance/ratelimitpolicy.openshift-ingress.gateway-rate-limits.yaml"]);
    });
});
