using System.Text;
using System.Text.RegularExpressions;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Microsoft.Extensions.DependencyInjection;
using Serverless.CsvJobs.Store;
using Serverless.Local.Planning;
using Serverless.Tasks.Store;
using Serverless.Workflows.Store;

namespace Serverless.TestSupport.Scale;

/// <summary>
/// Counts what work asks of the broker and of storage, at the clients. What is asked by the clock, such as the news of revoked tasks, is no
/// work's, and lies in tables of its own.
/// </summary>
internal sealed partial class CountedOperations : HttpPipelinePolicy, IDisposable
{
    private static readonly HashSet<string> OfWork = new(StringComparer.Ordinal)
        { TaskRows.TableName, CsvJobStore.TableName, RunStore.TableName, "MeasuredSpeeds" };

    private readonly BrokerOperations _broker = new();
    private long _tables, _blobWrites, _blobReads, _blobDeletes;

    /// <summary>The counts so far.</summary>
    public AzureOperations Now => new(
        _broker.Count, Interlocked.Read(ref _tables), Interlocked.Read(ref _blobWrites), Interlocked.Read(ref _blobReads),
        Interlocked.Read(ref _blobDeletes));

    public void Register(IServiceCollection services, string storage)
    {
        var blobs = new BlobClientOptions();
        blobs.AddPolicy(this, HttpPipelinePosition.PerCall);
        var tables = new TableClientOptions();
        tables.AddPolicy(this, HttpPipelinePosition.PerCall);
        services.AddSingleton(new BlobServiceClient(storage, blobs)).AddSingleton(new TableServiceClient(storage, tables));
    }

    public override ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        Count(message.Request);
        return ProcessNextAsync(message, pipeline);
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();

    public void Dispose() => _broker.Dispose();

    private void Count(Request request)
    {
        if (request.Headers.Contains("DataServiceVersion"))
        {
            if (OfWork.Contains(TableOf(request))) Interlocked.Increment(ref _tables);
        }
        else if (request.Uri.Query.Contains("comp=list", StringComparison.Ordinal))
        {
            // A list is charged as a write.
            Interlocked.Increment(ref _blobWrites);
        }
        else if (request.Method == RequestMethod.Get || request.Method == RequestMethod.Head)
        {
            if (!IsOfContainer(request)) Interlocked.Increment(ref _blobReads);
        }
        else if (request.Method == RequestMethod.Delete)
        {
            Interlocked.Increment(ref _blobDeletes);
        }
        else if (!IsOfContainer(request))
        {
            Interlocked.Increment(ref _blobWrites);
        }
    }

    // Made and looked at once by each instance.
    private static bool IsOfContainer(Request request) => request.Uri.Query.Contains("restype=container", StringComparison.Ordinal);

    // A transaction names its table in its content alone.
    private static string TableOf(Request request)
    {
        if (Table().Match(request.Uri.Path) is { Success: true } path) return path.Groups[1].Value;
        using var content = new MemoryStream();
        request.Content?.WriteTo(content, CancellationToken.None);
        var found = Table().Match(Encoding.UTF8.GetString(content.ToArray()));
        return found.Success ? found.Groups[1].Value : "";
    }

    [GeneratedRegex(@"devstoreaccount1/([A-Za-z][A-Za-z0-9]+)")]
    private static partial Regex Table();
}
