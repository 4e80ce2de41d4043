/** What the real kustomize, as kubectl has it, makes of the files: the same objects, in the same order. */
import { parseAllDocuments } from "yaml";

import { filesOf } from "../../../cli/render/files";
import { render } from "../../../cli/render/render";
import { writeFolder } from "../../../cli/render/write";
import { readProject, stacksOf } from "../../../rehearsal/engine/project";
import { plan } from "../../../rehearsal/plan";
import { HAS_KUBECTL, kubectl } from "../../kubectl";
import { root, withFolder } from "../helper";
import { place } from "./place";

jest.setTimeout(120_000);

(HAS_KUBECTL ? test : test.skip).each(stacksOf(readProject(root)))("%s", (stack) =>
    withFolder(async (folder) => {
        const rendered = render(await plan({ projectDir: root, stack }));
        writeFolder(folder, filesOf(rendered, "kustomize", place));
        const built = parseAllDocuments(await kubectl("", `kubectl kustomize ${folder}`), { version: "1.1" });
        expect(built.map((one) => one.toJS() as unknown)).toEqual(rendered.renderings.map(({ manifest }) => manifest));
        expect(built.length).toBeGreaterThan(50);
    }),
);
