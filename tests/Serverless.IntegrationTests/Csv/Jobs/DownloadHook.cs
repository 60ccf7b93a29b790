using System.Globalization;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using Microsoft.Extensions.DependencyInjection;

namespace Serverless.IntegrationTests.Csv.Jobs;

/// <summary>Runs a test's own code before the host downloads a piece of a file in <c>incoming</c>.</summary>
/// <param name="connectionString">The storage.</param>
/// <param name="before">Given the first byte that is asked for, how many are, and the request's cancellation.</param>
internal sealed class DownloadHook(string connectionString, Func<long, long, CancellationToken, ValueTask> before) : HttpPipelinePolicy
{
    public void Register(IServiceCollection services)
    {
        var options = new BlobClientOptions();
        options.AddPolicy(this, HttpPipelinePosition.PerCall);
        services.AddSingleton(new BlobServiceClient(connectionString, options));
    }

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        if (message.Request.Method == RequestMethod.Get
            && message.Request.Uri.Path.Contains("/incoming/", StringComparison.Ordinal)
            && message.Request.Headers.TryGetValue("x-ms-range", out var range))
        {
            var bounds = range["bytes=".Length..].Split('-').Select(b => long.Parse(b, CultureInfo.InvariantCulture)).ToArray();
            await before(bounds[0], bounds[1] - bounds[0] + 1, message.CancellationToken);
        }

        await ProcessNextAsync(message, pipeline);
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();
}
