/** Checks the data science projects against each other and against the components. */
import type { SettingsProblem } from "../problem";
import type { OpenShiftAiSettings } from "../schema";

/** Problems of `openshiftAi.projects`, in their order. */
export function projectProblems({ projects, components }: OpenShiftAiSettings): SettingsProblem[] {
    return projects.flatMap(({ storage, pipelines }, i) => {
        const path = `openshiftAi.projects[${i}]`;
        const problems: SettingsProblem[] = [];
        if ((storage.bucket === undefined) === (storage.existing === undefined)) {
            const message =
                storage.bucket === undefined
                    ? "has neither; expected bucket, or existing"
                    : "has both bucket and existing; expected one of them";
            problems.push({ path: `${path}.storage`, message });
        }
        if (pipelines !== undefined && !components.pipelines) {
            const message =
                "needs AI pipelines, which are disabled (components.pipelines: false); expected openshiftAi.components.pipelines: true";
            problems.push({ path: `${path}.pipelines`, message });
        }
        return problems;
    });
}
