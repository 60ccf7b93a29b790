namespace Serverless.Errors;

/// <summary>Thrown by a handler whose arguments are wrong. The message says what is wrong, where, and what would be right.</summary>
public sealed class TaskValidationException(string message, Exception? innerException = null) : Exception(message, innerException);
