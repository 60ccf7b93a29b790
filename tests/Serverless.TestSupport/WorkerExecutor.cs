using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Invocation;

namespace Serverless.TestSupport;

/// <summary>
/// Runs a function as the worker's own executor does: calls it, and reads the result of its task in a continuation. In an assembly that is
/// not the function's, as that is.
/// </summary>
internal sealed class WorkerExecutor(Func<Task<int>> function) : IFunctionExecutor
{
    /// <inheritdoc/>
    public async ValueTask ExecuteAsync(FunctionContext context) =>
        await function().ContinueWith(t => t.Result, TaskContinuationOptions.ExecuteSynchronously);
}
