using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Serverless.IntegrationTests.Hosting;

/// <summary>Lets a test hold a function and see how it ended.</summary>
public sealed class Gate
{
    public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource Open { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool WasCancelled { get; set; }
}

public sealed class InvocationFunctions(Gate gate)
{
    [Function("Wait")]
    public async Task<string> Wait([HttpTrigger("get")] HttpRequest request, CancellationToken cancellation)
    {
        gate.Entered.SetResult();
        try
        {
            await gate.Open.Task.WaitAsync(cancellation);
            return "done";
        }
        catch (OperationCanceledException)
        {
            gate.WasCancelled = true;
            throw;
        }
    }

    [Function("IgnoreCancellation")]
    public async Task IgnoreCancellation([HttpTrigger("get")] HttpRequest request)
    {
        gate.Entered.SetResult();
        await gate.Open.Task;
    }
}
