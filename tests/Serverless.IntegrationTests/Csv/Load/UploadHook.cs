using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using Microsoft.Extensions.DependencyInjection;

namespace Serverless.IntegrationTests.Csv.Load;

/// <summary>Runs a test's own code before the host writes to storage.</summary>
/// <param name="connectionString">The storage.</param>
/// <param name="before">Given the path that is written to.</param>
internal sealed class UploadHook(string connectionString, Action<string> before) : HttpPipelinePolicy
{
    /// <summary>True for a range's last write.</summary>
    public static bool IsStatistics(string path) =>
        path.Contains("/.parts/0", StringComparison.Ordinal) && path.EndsWith(".json", StringComparison.Ordinal);

    public void Register(IServiceCollection services)
    {
        var options = new BlobClientOptions();
        options.AddPolicy(this, HttpPipelinePosition.PerCall);
        services.AddSingleton(new BlobServiceClient(connectionString, options));
    }

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        if (message.Request.Method == RequestMethod.Put) before(message.Request.Uri.Path);
        await ProcessNextAsync(message, pipeline);
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();
}
