/** The picture of a workspace shows what the plan has. */
import { readFileSync } from "node:fs";
import path from "node:path";

import { workspacePicture } from "../../docs/pages/workspacePicture";

it("has the objects of one workspace, of the keys and of Dev Spaces, and what they do", () => {
    const svg = readFileSync(path.join(__dirname, "../../docs/pictures/workspaces.svg"), "utf8");
    const texts = (name: string): string[] =>
        [...svg.matchAll(new RegExp(`class="${name}"[^>]*>([^<]+)<`, "g"))].map(([, text]) => text!);
    expect(texts("title")).toEqual(["maas-workspace-keys", expect.stringMatching(/^wksp-/), "openshift-devspaces"]);
    expect(texts("kind")).toEqual(expect.arrayContaining(["Job", "CronJob", "Secret", "DevWorkspace", "CheCluster"]));
    expect(texts("said")).toEqual(["writes the key", "renews it", "runs the IDE", "trusted authorities"]);
});

it("is not drawn of a plan without workspaces", () => {
    expect(() => workspacePicture([])).toThrow("the plan has no workspace to draw");
});
