using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Http;
using Serverless.Tasks;
using Serverless.Tasks.Endpoints;
using Serverless.Tasks.Running;
using Serverless.Tasks.Sending;
using Serverless.TestSupport;
using Serverless.TestSupport.Tasks;

namespace Serverless.IntegrationTests.Tasks;

/// <summary>A host with batches, and a batch's id of its own for each test.</summary>
public abstract class MemberBatchTestBase(AzuriteFixture azurite) : IAsyncLifetime
{
    private protected string Id { get; } = $"b{Guid.NewGuid():N}";

    private protected TaskHost Host { get; private set; } = null!;

    private protected BatchClient Batches => Service<BatchClient>();

    public async Task InitializeAsync() => Host = await TaskHost.StartAsync(
        azurite, services => services.AddSingleton(TaskRegistry.Discover(
            [.. typeof(TaskServices).Assembly.GetTypes(), typeof(ScriptTask), typeof(BatchEndTask)])),
        functions: [typeof(BatchFunctions)]);

    public Task DisposeAsync() => Host.DisposeAsync().AsTask();

    private protected T Service<T>()
        where T : notnull => Host.Services.GetRequiredService<T>();

    private protected static object Callback() => new { task = "test.batch_end" };

    private protected Task<string> SendAsync(string text, SendOptions? options = null) =>
        Host.SendAsync(new ScriptArgs(text), options ?? new SendOptions { Batch = Id });

    private protected async Task<HttpStatusCode> OpenAsync(object body)
    {
        using var response = await Host.Http.PostAsJsonAsync("api/batches", body);
        return response.StatusCode;
    }

    private protected async Task CloseAsync(string? id = null) =>
        (await Host.Http.PostAsync($"api/batches/{id ?? Id}/close", null)).EnsureSuccessStatusCode();

    private protected async Task<BatchView> ShowAsync(string? id = null) =>
        (await Host.Http.GetFromJsonAsync<BatchView>($"api/batches/{id ?? Id}", AppJson.Options))!;

    private protected async Task<BatchView> CompletedAsync(string? id = null)
    {
        await Eventually.EqualAsync("completed", async () => (await ShowAsync(id)).State);
        return await ShowAsync(id);
    }

    private protected static async Task<IRefusal> RefusedAsync(Func<Task<string>> send) =>
        Assert.IsAssignableFrom<IRefusal>(await Record.ExceptionAsync(send));

    [TaskHandler("test.batch_end")]
    internal sealed class BatchEndTask : ITaskHandler<BatchEndTask.Args, BatchSummary>
    {
        public sealed record Args(BatchSummary Batch);

        public Task<BatchSummary> RunAsync(Args args, TaskContext context) => Task.FromResult(args.Batch);
    }
}
