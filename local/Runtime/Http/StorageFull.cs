using Azure;
using Azure.Messaging.ServiceBus;
using Microsoft.Data.Sqlite;

namespace Serverless.Local.Runtime.Http;

/// <summary>Knows a full disk, or a full queue, by what it makes others throw.</summary>
internal static class StorageFull
{
    private const int SqliteFull = 13;
    private const int InsufficientStorage = 507;

    // ENOSPC and EDQUOT of Linux and macOS, ERROR_HANDLE_DISK_FULL and ERROR_DISK_FULL of Windows.
    private static readonly int[] Errors = [28, 122, 69, unchecked((int)0x80070027), unchecked((int)0x80070070)];

    public static bool Is(Exception? exception) => exception switch
    {
        null => false,
        SqliteException { SqliteErrorCode: SqliteFull } or RequestFailedException { Status: InsufficientStorage }
            or ServiceBusException { Reason: ServiceBusFailureReason.QuotaExceeded } => true,
        IOException io when Errors.Contains(io.HResult) => true,
        AggregateException many => many.InnerExceptions.Any(Is),
        _ => Is(exception.InnerException),
    };
}
