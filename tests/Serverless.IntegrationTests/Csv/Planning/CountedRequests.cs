using System.Collections.Concurrent;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Microsoft.Extensions.DependencyInjection;

namespace Serverless.IntegrationTests.Csv.Planning;

/// <summary>Counts what a host asks of storage.</summary>
internal sealed class CountedRequests(string connectionString) : HttpPipelinePolicy
{
    private readonly ConcurrentQueue<(bool Table, RequestMethod Method, string Query)> _requests = [];

    public int BlobReads =>
        _requests.Count(
            r => !r.Table && (r.Method == RequestMethod.Get || r.Method == RequestMethod.Head)
                && !r.Query.Contains("comp=list", StringComparison.Ordinal)
                && !r.Query.Contains("restype=container", StringComparison.Ordinal));

    public int BlobWrites =>
        _requests.Count(r => !r.Table && (r.Query.Contains("comp=list", StringComparison.Ordinal)
                || (r.Method == RequestMethod.Put && !r.Query.Contains("restype=container", StringComparison.Ordinal))));

    public int Tables => _requests.Count(r => r.Table);

    public void Register(IServiceCollection services)
    {
        var blobs = new BlobClientOptions();
        blobs.AddPolicy(this, HttpPipelinePosition.PerCall);
        var tables = new TableClientOptions();
        tables.AddPolicy(this, HttpPipelinePosition.PerCall);
        services.AddSingleton(new BlobServiceClient(connectionString, blobs))
            .AddSingleton(new TableServiceClient(connectionString, tables));
    }

    public override ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        var uri = message.Request.Uri;
        _requests.Enqueue(
            (message.Request.Headers.Contains("DataServiceVersion") || message.Request.Headers.TryGetValue("Accept", out var accept)
                && accept.Contains("odata", StringComparison.Ordinal), message.Request.Method, uri.Query));
        return ProcessNextAsync(message, pipeline);
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();
}
