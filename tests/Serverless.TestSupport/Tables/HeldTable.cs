using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Threading.Channels;
using Azure;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;

namespace Serverless.TestSupport.Tables;

/// <summary>A table whose transactions each wait until they are let through, so that a test says what waits behind what.</summary>
internal sealed class HeldTable : TableClient
{
    private readonly Channel<HeldTransaction> _submitted = Channel.CreateUnbounded<HeldTransaction>();

    /// <summary>An account that has nothing but this table.</summary>
    public TableServiceClient Account => new HeldAccount(this);

    /// <summary>The next transaction that was submitted, which waits.</summary>
    public ValueTask<HeldTransaction> NextAsync() => _submitted.Reader.ReadAsync();

    /// <inheritdoc/>
    public override Task<Response<TableItem>> CreateIfNotExistsAsync(CancellationToken cancellationToken = default) =>
        Task.FromResult(Response.FromValue(new TableItem("held"), new Answer(null)));

    /// <summary>Finds nothing.</summary>
    public override Task<NullableResponse<T>> GetEntityIfExistsAsync<T>(
        string partitionKey, string rowKey, IEnumerable<string>? select = null, CancellationToken cancellationToken = default) =>
        Task.FromResult<NullableResponse<T>>(new Nothing<T>());

    /// <inheritdoc/>
    public override async Task<Response<IReadOnlyList<Response>>> SubmitTransactionAsync(
        IEnumerable<TableTransactionAction> transactionActions, CancellationToken cancellationToken = default)
    {
        var transaction = new HeldTransaction([.. transactionActions]);
        _submitted.Writer.TryWrite(transaction);
        await transaction.Passed;
        return Response.FromValue<IReadOnlyList<Response>>(
            [.. transaction.Actions.Select((_, i) => new Answer($"\"{i.ToString(CultureInfo.InvariantCulture)}\""))], new Answer(null));
    }

    private sealed class HeldAccount(HeldTable table) : TableServiceClient
    {
        public override TableClient GetTableClient(string tableName) => table;
    }

    private sealed class Nothing<T> : NullableResponse<T>
    {
        public override bool HasValue => false;

        public override T? Value => default;

        public override Response GetRawResponse() => new Answer(null);
    }

    private sealed class Answer(string? tag) : Response
    {
        public override int Status => 204;

        public override string ReasonPhrase => "No Content";

        public override Stream? ContentStream { get; set; }

        public override string ClientRequestId { get; set; } = "";

        public override void Dispose()
        {
        }

        protected override bool ContainsHeader(string name) => TryGetHeader(name, out _);

        protected override IEnumerable<HttpHeader> EnumerateHeaders() => [];

        protected override bool TryGetHeader(string name, [NotNullWhen(true)] out string? value)
        {
            value = name == "ETag" ? tag : null;
            return value is not null;
        }

        protected override bool TryGetHeaderValues(string name, [NotNullWhen(true)] out IEnumerable<string>? values)
        {
            values = TryGetHeader(name, out var value) ? [value] : null;
            return values is not null;
        }
    }
}

/// <summary>A transaction that waits.</summary>
/// <param name="actions">Its rows.</param>
internal sealed class HeldTransaction(IReadOnlyList<TableTransactionAction> actions)
{
    private readonly TaskCompletionSource _passed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Its rows.</summary>
    public IReadOnlyList<TableTransactionAction> Actions => actions;

    /// <summary>The keys of its rows.</summary>
    public IEnumerable<string> Keys => actions.Select(a => a.Entity.RowKey);

    internal Task Passed => _passed.Task;

    /// <summary>Lets it through.</summary>
    public void Pass() => _passed.TrySetResult();
}
