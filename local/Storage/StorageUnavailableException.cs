namespace Serverless.Local.Storage;

/// <summary>There is no storage to work on; the message says what to install or which setting to give.</summary>
internal class StorageUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Another process works on the data folder.</summary>
internal sealed class FolderInUseException(string message, Exception inner) : StorageUnavailableException(message, inner);
