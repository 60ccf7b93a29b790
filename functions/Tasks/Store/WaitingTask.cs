using Azure;

namespace Serverless.Tasks.Store;

/// <summary>A task that waits for its message to be taken.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Queue">The queue it was sent to, or the lane it was last in.</param>
/// <param name="Due">When it could start.</param>
/// <param name="Version">Its row, as it was read.</param>
internal sealed record WaitingTask(string Id, string Queue, DateTimeOffset Due, ETag Version);
