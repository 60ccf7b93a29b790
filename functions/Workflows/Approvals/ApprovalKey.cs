using System.Security.Cryptography;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Storage;

namespace Serverless.Workflows.Approvals;

/// <summary>The key that links are signed with: made once, and the same for all instances.</summary>
internal sealed class ApprovalKey([FromKeyedServices(ApprovalKey.TableName)] LazyTable table)
{
    /// <summary>The table's name.</summary>
    public const string TableName = "AppKeys";

    private const string Row = "approvals", Value = "Value";
    private byte[]? _key;

    /// <summary>Signs bytes.</summary>
    public async Task<byte[]> SignAsync(byte[] content, CancellationToken cancellationToken) =>
        HMACSHA256.HashData(_key ??= await LoadAsync(cancellationToken), content);

    private async Task<byte[]> LoadAsync(CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        while (true)
        {
            if (await client.FindAsync<TableEntity>(Row, Row, cancellationToken) is { } row) return row.GetBinary(Value);

            // Of two that are made at once the first is kept.
            await client.TryAddAsync(
                new TableEntity(Row, Row) { [Value] = RandomNumberGenerator.GetBytes(HMACSHA256.HashSizeInBytes) }, cancellationToken);
        }
    }
}
