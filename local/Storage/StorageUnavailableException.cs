namespace Serverless.Local.Storage;

/// <summary>There is no storage to work on; the message says what to install or which setting to give.</summary>
internal sealed class StorageUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
