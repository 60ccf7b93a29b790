namespace Serverless.Local.Runtime.Http;

/// <summary>
/// The addresses that control one orchestration instance, with the names of the Durable Functions extension. Rewinding is not offered here.
/// </summary>
internal sealed record ManagementAddresses(
    string Id,
    string StatusQueryGetUri,
    string SendEventPostUri,
    string TerminatePostUri,
    string PurgeHistoryDeleteUri,
    string RestartPostUri,
    string SuspendPostUri,
    string ResumePostUri)
{
    /// <param name="root">The API's address, without a slash at its end.</param>
    /// <param name="id">The instance.</param>
    public static ManagementAddresses Of(string root, string id)
    {
        var instance = $"{root}/instances/{Uri.EscapeDataString(id)}";
        return new(
            id, instance, instance + "/raiseEvent/{eventName}", instance + "/terminate?reason={text}", instance, instance + "/restart",
            instance + "/suspend?reason={text}", instance + "/resume?reason={text}");
    }
}
