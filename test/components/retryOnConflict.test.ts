import { KubeError } from "../../components/kube";
import { retryOnConflict } from "../../components/retryOnConflict";

const refused = (code: number): KubeError => new KubeError("refused", code);

describe("a write while others write", () => {
    it("is repeated after each conflict", async () => {
        const write = jest.fn<Promise<void>, []>().mockRejectedValueOnce(refused(409)).mockResolvedValue(undefined);
        await retryOnConflict(write);
        expect(write).toHaveBeenCalledTimes(2);
    });

    it("ends with the sixth conflict, and at once with another error", async () => {
        const conflicts = jest.fn<Promise<void>, []>().mockRejectedValue(refused(409));
        await expect(retryOnConflict(conflicts)).rejects.toMatchObject({ code: 409 });
        expect(conflicts).toHaveBeenCalledTimes(6);
        const forbidden = jest.fn<Promise<void>, []>().mockRejectedValue(refused(403));
        await expect(retryOnConflict(forbidden)).rejects.toMatchObject({ code: 403 });
        expect(forbidden).toHaveBeenCalledTimes(1);
    });
});
